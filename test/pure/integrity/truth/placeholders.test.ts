import { describe, expect, it } from "vitest";
import { SeededChance } from "../../../../src/crowd/chance.ts";
import { OrderMaker } from "../../../../src/crowd/orders.ts";
import { audit } from "../../../../src/integrity/audit.ts";
import { EventIndex } from "../../../../src/integrity/eventIndex.ts";
import {
  saysNothing,
  type PlaceholderKind,
} from "../../../../src/integrity/normalise/placeholders.ts";
import type { OrderRecord } from "../../../../src/integrity/table/orders.ts";
import { tableOf } from "./tableOf.ts";

/* A value that means "not given" is not a thing that people share. */

/** Twenty-four kinds, each in one field of an order. */
const KINDS: readonly (readonly [
  field: keyof OrderRecord,
  kind: PlaceholderKind,
  value: string,
])[] = [
  ["phone", "phone", "0000000000"],
  ["phone", "phone", "081111111111"],
  ["phone", "phone", "081234567890"],
  ["phone", "phone", "+62 800 0000 0000"],
  ["phone", "phone", "62812121212"],
  ["deviceId", "device", "00000000-0000-0000-0000-000000000000"],
  ["deviceId", "device", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"],
  ["deviceId", "device", "unknown"],
  ["deviceId", "device", "undefined"],
  ["deviceId", "device", "N/A"],
  ["deviceId", "device", "0"],
  ["deviceId", "device", "0123456789ABCDEF"],
  ["deviceId", "device", "02:00:00:00:00:00"],
  ["paymentId", "payment", "null"],
  ["paymentId", "payment", "none"],
  ["paymentId", "payment", "COD"],
  ["paymentId", "payment", "Bank Transfer - BCA"],
  ["paymentId", "payment", "QRIS"],
  ["paymentId", "payment", "Kartu Kredit"],
  ["paymentId", "payment", "-"],
  ["email", "email", "noemail@toko.id"],
  ["email", "email", "none@none.com"],
  ["email", "email", "test@example.com"],
  ["account", "account", "guest"],
  ["account", "account", "0"],
];

/** Things that somebody has, however plain they look. */
const REAL: readonly (readonly [PlaceholderKind, string])[] = [
  ["phone", "081274567830"],
  ["phone", "+622155512340"],
  ["phone", "081310021002"],
  ["phone", "0812****7830"],
  ["device", "f29d0da9953f48f1a09f76b5a170b338"],
  ["device", "d1"],
  ["device", "7f26144b98289fcd"],
  ["device", "IMEI-353879234252633"],
  ["payment", "p38f9ebdacc"],
  ["payment", "bca-va-8808123456711223"],
  ["payment", "gopay-6281274567830"],
  ["payment", "411111******1234"],
  ["email", "siti.ayu@contoh.id"],
  ["email", "customer.service@contoh.id"],
  ["email", "budi11@mail.id"],
  ["account", "7"],
  ["account", "1234"],
  ["account", "siti92"],
  ["account", "guestbook_fan"],
];

describe("a value that means nothing", () => {
  it("is known by its kind", () => {
    for (const [, kind, value] of KINDS)
      expect({ kind, value, nothing: saysNothing(kind, value) }).toEqual({
        kind,
        value,
        nothing: true,
      });
    for (const [kind, value] of REAL)
      expect({ kind, value, nothing: saysNothing(kind, value) }).toEqual({
        kind,
        value,
        nothing: false,
      });
  });

  it("is known in other letters, too", () => {
    for (const value of ["ＵＮＫＮＯＷＮ", "un\u200bknown", "ÚNKNOWN", "Tidak Ada", "  n / a "])
      expect({ value, nothing: saysNothing("device", value) }).toEqual({ value, nothing: true });
  });

  it("are runs and repetitions of any length, in each kind of thing, and no others", () => {
    const run = "0123456789".repeat(3);
    const back = "9876543210".repeat(2);
    const hex = "0123456789abcdef".repeat(2);
    for (let length = 9; length <= 15; length++) {
      const parts = [run.slice(3), back, "7".repeat(20), "41".repeat(10), "412".repeat(7)];
      for (const part of parts) {
        const value = part.slice(0, length);
        for (const kind of ["account", "device", "payment", "phone"] as const) {
          expect([kind, value, saysNothing(kind, value)]).toEqual([kind, value, true]);
          const ordinary = `${value.slice(0, -3)}085`;
          expect([kind, ordinary, saysNothing(kind, ordinary)]).toEqual([kind, ordinary, false]);
        }
      }
    }
    expect(saysNothing("device", hex)).toBe(true);
    expect(saysNothing("device", `${hex.slice(0, -2)}85`)).toBe(false);
  });
});

/** Strangers with nothing in common, who came when everybody did. */
const strangers = new OrderMaker(44, ["own"])
  .make({ count: 3_000, ringShare: 0 })
  .filter(({ kind }) => kind === "single")
  .map(({ order }) => order);

/** The outcomes of the first `count` strangers, who say these values. */
function stopped(
  values: Partial<OrderRecord>,
  count: number,
): { file: number; live: number; persons: number } {
  const orders = strangers.map((order, row) => (row < count ? { ...order, ...values } : order));
  const { verdicts, personOf } = audit(tableOf(orders));
  const index = new EventIndex();
  for (const order of orders.slice(0, count)) index.add(order);
  const live = [0, count - 1].filter((row) => index.judge(row).outcome !== "accept").length;
  return {
    file: verdicts.slice(0, count).filter(({ outcome }) => outcome !== "accept").length,
    live,
    persons: new Set(personOf.slice(0, count)).size,
  };
}

describe("strangers who say it", () => {
  it("are not stopped by one such value, and are not one person", () => {
    const chance = new SeededChance(3);
    for (const [field, , value] of KINDS) {
      const count = 12 + chance.below(389);
      const { file, live, persons } = stopped({ [field]: value }, count);
      expect({ value, count, file, live }).toEqual({ value, count, file: 0, live: 0 });
      expect(persons).toBe(count);
    }
  });

  it("are not stopped by two of them, where two things are two kinds of evidence", () => {
    const chance = new SeededChance(4);
    const pairs = KINDS.flatMap((one, at) =>
      KINDS.slice(at + 1).flatMap((other) => (one[0] === other[0] ? [] : [[one, other] as const])),
    );
    for (const [one, other] of chance.shuffled(pairs).slice(0, 24)) {
      const values = { [one[0]]: one[2], [other[0]]: other[2] };
      const { file, live } = stopped(values, 12 + chance.below(120));
      expect({ values, file, live }).toEqual({ values, file: 0, live: 0 });
    }
  });

  it("are, when the value is a thing (the control)", () => {
    expect(
      stopped({ deviceId: "f29d0da9953f48f1a09f76b5a170b338", paymentId: "p38f9ebdacc" }, 20).file,
    ).toBe(20);
  });
});
