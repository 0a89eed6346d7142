/*
 * SQL about substitutes: other products that a buyer agreed to take instead of a unit owed.
 * Must never happen: a unit of another product is set aside without the buyer's yes.
 */

import type { Query, Transaction } from "../../../db/connect.ts";
import { productOf, type ProductKey, type SaleDefinition } from "../../../sale/definition.ts";
import type { Text } from "../../../base/language.ts";
import type { EntitlementState } from "../entitlement.ts";

/** A unit owed, as far as a substitute for it goes. */
interface Owed extends ProductKey {
  readonly entitlementId: string;
  readonly state: EntitlementState;
  readonly priceMinorUnits: number;
  readonly currency: string;
}

/** The products agreed to, by entitlement. */
export async function agreedSubstitutes(
  sql: Query,
  of: readonly { readonly entitlementId: string }[],
): Promise<Map<string, ProductKey[]>> {
  const rows = await sql<(ProductKey & { readonly entitlementId: string })[]>`
    select entitlement_id, family, sku from entitlement_substitute
    where entitlement_id = any(${of.map((one) => one.entitlementId)}::uuid[])
    order by agreed_at, family, sku`;
  const agreed = new Map<string, ProductKey[]>();
  for (const { entitlementId, family, sku } of rows) {
    agreed.set(entitlementId, [...(agreed.get(entitlementId) ?? []), { family, sku }]);
  }
  return agreed;
}

/** A product of a sale whose round has not opened yet, under a policy that allows substitutes. */
interface Coming extends ProductKey {
  readonly sale: string;
  readonly name: Text;
  readonly priceMinorUnits: number;
  readonly currency: string;
}

async function comingProducts(sql: Query, nowMs: number): Promise<Coming[]> {
  const sales = await sql<{ definition: SaleDefinition }[]>`
    select s.definition from sale s join policy p using (policy_digest)
    where s.state in ('live', 'paused') and p.document->'remedy'->>'substitution' = 'any_variant'
    order by s.sale_no desc limit 100`;
  return sales.flatMap(({ definition }) => {
    const rounds = definition.rounds.filter(({ lobbyOpensAtMs }) => lobbyOpensAtMs > nowMs);
    const sold = new Set(
      rounds.flatMap(({ allotments }) => allotments.map(({ variantNo }) => variantNo)),
    );
    return definition.variants
      .filter(({ variantNo }) => sold.has(variantNo))
      .map((variant) => ({
        ...productOf(definition, variant),
        sale: definition.slug,
        name: variant.name,
        priceMinorUnits: variant.priceMinorUnits,
        currency: definition.currency,
      }));
  });
}

export interface Substitute extends Coming {
  readonly agreed: boolean;
}

/**
 * The products that a buyer may choose instead of standing units: of the same currency, in rounds
 * that have not opened yet. One that was agreed to stays in the list while it can be had.
 */
export async function substitutesFor(
  sql: Query,
  own: readonly Owed[],
  nowMs: number,
): Promise<Map<string, Substitute[]>> {
  const standing = own.filter(({ state }) => state === "standing");
  if (standing.length === 0) return new Map();
  const coming = await comingProducts(sql, nowMs);
  const agreed = await agreedSubstitutes(sql, standing);
  return new Map(
    standing.map((one) => [
      one.entitlementId,
      coming
        .filter(({ currency }) => currency === one.currency)
        .filter(({ family, sku }) => family !== one.family || sku !== one.sku)
        .map((product) => ({
          ...product,
          priceMinorUnits: Math.min(product.priceMinorUnits, one.priceMinorUnits),
          agreed: (agreed.get(one.entitlementId) ?? []).some(
            ({ family, sku }) => family === product.family && sku === product.sku,
          ),
        })),
    ]),
  );
}

/** A buyer's word about one product. */
export interface SubstituteChoice extends ProductKey {
  readonly agreed: boolean;
}

/** Takes down a buyer's yes to a product that she may choose, or takes it back; for standing units only. */
export async function agreeToSubstitute(
  tx: Transaction,
  own: Owed | undefined,
  choice: SubstituteChoice,
  nowMs: number,
): Promise<
  | "written"
  | "entitlement_not_found"
  | "entitlement_ended"
  | "entitlement_reserved"
  | "variant_unknown"
> {
  if (!own) return "entitlement_not_found";
  const [row] = await tx<{ state: EntitlementState }[]>`
    select state from entitlement where entitlement_id = ${own.entitlementId} for update`;
  if (row?.state === "reserved") return "entitlement_reserved";
  if (row?.state !== "standing") return "entitlement_ended";
  const offered = (await substitutesFor(tx, [own], nowMs)).get(own.entitlementId) ?? [];
  const known = offered.some(({ family, sku }) => family === choice.family && sku === choice.sku);
  if (choice.agreed && !known) return "variant_unknown";
  await writeAgreed(tx, own.entitlementId, choice, nowMs);
  return "written";
}

async function writeAgreed(
  tx: Transaction,
  entitlementId: string,
  { family, sku, agreed }: SubstituteChoice,
  nowMs: number,
): Promise<void> {
  if (agreed) {
    await tx`
      insert into entitlement_substitute (entitlement_id, family, sku, agreed_at)
      values (${entitlementId}, ${family}, ${sku}, ${new Date(nowMs)}) on conflict do nothing`;
    return;
  }
  await tx`
    delete from entitlement_substitute
    where entitlement_id = ${entitlementId} and family = ${family} and sku = ${sku}`;
}
