/* Sales in wire form. */

import { must } from "../../base/assert.ts";
import { beaconOf, channelByNo, variantByNo } from "../definition.ts";
import type { SaleState } from "../saleState.ts";
import type { StoredSale } from "./saleStore.ts";
import { iso } from "../../base/instant.ts";

export function presentSale(sale: StoredSale, state: SaleState) {
  const { definition } = sale;
  return {
    slug: definition.slug,
    state,
    title: definition.title,
    description: definition.description,
    timeZone: definition.timeZone,
    currency: definition.currency,
    unitsPerPerson: definition.unitsPerPersonCount,
    definitionDigest: sale.definitionDigest,
    variants: definition.variants.map(({ sku, name, priceMinorUnits }) => ({
      sku,
      name,
      priceMinorUnits,
    })),
    channels: definition.channels.map(({ code, name, paymentMethods, codQuotaCount }) => ({
      code,
      name,
      paymentMethods,
      codQuota: codQuotaCount,
    })),
    rounds: sale.rounds.map(({ round, chainAnchor }) => ({
      roundNo: round.roundNo,
      name: round.name,
      mode: round.mode,
      lobbyOpensAt: iso(round.lobbyOpensAtMs),
      opensAt: iso(round.opensAtMs),
      closesAt: iso(round.closesAtMs),
      windowMs: round.windowMs,
      chainAnchor,
      beacon: beaconOf(definition, round.mode) ?? ("off" as const),
      stock: round.allotments.map((allotment) => ({
        channel: must(channelByNo(definition, allotment.channelNo), "channel of an allotment").code,
        sku: must(variantByNo(definition, allotment.variantNo), "variant of an allotment").sku,
        units: allotment.units,
      })),
    })),
    synthetic: definition.synthetic,
  };
}
