import { randomUUID } from "node:crypto";
import type { NewEntry } from "../../src/sale/entry/io/entryStore.ts";
import type { AllocationMode, SaleDefinition } from "../../src/sale/definition.ts";

/** A moment to begin at; any would do. */
export const START_MS = Date.UTC(2021, 0, 26, 3, 0, 0);

/** A small sale: two channels, two variants, a lobby of a minute before START_MS, open for a minute. */
export function smallSale(
  change: {
    readonly slug?: string;
    readonly mode?: AllocationMode;
    readonly units?: number;
    readonly unitsPerPersonCount?: number;
    readonly rounds?: number;
    readonly openMs?: number;
    /** The product family of both variants; absent: the sale itself. */
    readonly family?: string;
  } = {},
): SaleDefinition {
  const mode = change.mode ?? "shuffled_queue";
  const units = change.units ?? 3;
  const openMs = change.openMs ?? 60_000;
  const family = change.family === undefined ? {} : { family: change.family };
  return {
    slug: change.slug ?? "small",
    title: { id: "Kecil", en: "Small" },
    description: { id: "Uji", en: "Test" },
    timeZone: "Asia/Jakarta",
    currency: "IDR",
    unitsPerPersonCount: change.unitsPerPersonCount ?? 1,
    workCost: 3,
    variants: [
      {
        ...{ variantNo: 1, sku: "RED", ...family },
        ...{ name: { id: "Merah", en: "Red" }, priceMinorUnits: 100_000 },
      },
      {
        ...{ variantNo: 2, sku: "BLUE", ...family },
        ...{ name: { id: "Biru", en: "Blue" }, priceMinorUnits: 120_000 },
      },
    ],
    channels: [
      {
        channelNo: 1,
        code: "shop",
        name: "Shop",
        paymentMethods: ["va", "qris", "cod"],
        codQuotaCount: 1,
      },
      { channelNo: 2, code: "other", name: "Other", paymentMethods: ["va"], codQuotaCount: 0 },
    ],
    rounds: Array.from({ length: change.rounds ?? 1 }, (_, index) => {
      const opensAtMs = START_MS + index * 10 * 60_000;
      return {
        roundNo: index + 1,
        name: { id: `Gelombang ${index + 1}`, en: `Round ${index + 1}` },
        mode,
        lobbyOpensAtMs: mode === "shuffled_queue" ? opensAtMs - 60_000 : opensAtMs,
        opensAtMs,
        closesAtMs: opensAtMs + openMs,
        windowMs: mode === "shuffled_queue" ? 1_000 : 0,
        offerMs: 60_000,
        offerExtensionMs: 30_000,
        paymentMs: 120_000,
        allotments: [
          { channelNo: 1, variantNo: 1, units },
          { channelNo: 1, variantNo: 2, units },
          { channelNo: 2, variantNo: 1, units },
        ],
      };
    }),
    synthetic: [],
  };
}

/** A join of somebody new. */
export const entryOf = (change: Partial<NewEntry> = {}): NewEntry => ({
  accountKey: randomUUID(),
  phoneKey: null,
  emailKey: null,
  entryId: randomUUID(),
  channelNo: 1,
  preferences: "1",
  requestKey: randomUUID(),
  ...change,
});
