import { describe, expect, it } from "vitest";
import type { Evidence } from "../../../src/integrity/evidence/evidence.ts";
import {
  bannedGrounds,
  maskValue,
  OVER_LIMIT,
  principalReasons,
  protectiveReasons,
  reasonOf,
} from "../../../src/integrity/reasons.ts";

/* Reasons for people: which ones, how many, and the text of each. */

const seen = (signal: string, bits: number, facts: Evidence["facts"] = {}): Evidence => ({
  signal,
  bits,
  p: null,
  facts,
});

describe("the reasons that are named", () => {
  it("say a quarter of a bit at least, the strongest four first", () => {
    const evidence = [
      seen("same_moment", 0.25),
      seen("shared_device", 3),
      seen("shared_phone", 0.249),
      seen("history", 4),
      seen("known_buyer", -4),
    ];
    const codes = principalReasons(evidence).map((one) => one.code);
    expect(codes).toEqual(["history", "shared_device", "same_moment"]);
    const four = (["shared_device", "shared_phone", "shared_email", "history"] as const).map(
      (signal, at) => seen(signal, at + 1),
    );
    expect(principalReasons([seen("same_moment", 0.5), ...four]).map((one) => one.code)).toEqual([
      "history",
      "shared_email",
      "shared_phone",
      "shared_device",
    ]);
  });

  it("beside them stands whatever speaks for the buyer", () => {
    const evidence = [seen("own_things", -0.01), seen("history", 4), seen("few_devices", 0)];
    expect(protectiveReasons(evidence).map((one) => one.code)).toEqual(["own_things"]);
  });
});

describe("what a reason tells", () => {
  it("counts accounts, and buyers where no account is told", () => {
    const text = (facts: Evidence["facts"]) => reasonOf(seen("connected_accounts", 3, facts)).en;
    expect(text({ accounts: 7, things: 3 })).toContain("7 accounts hang together over 3 things");
    expect(text({ accounts: 7, things: 3, nameless: 1 })).toContain("7 buyers hang together");
  });

  it("masks what is shared, and shows of a block of numbers where it begins", () => {
    const shown = (signal: string, value: string) =>
      reasonOf(seen(signal, 3, { accounts: 2, value })).en;
    expect(shown("shared_phone", "8123456789")).toContain("(81…89)");
    expect(shown("phones_in_a_row", "81234567")).toContain("(8123…xx)");
  });

  it("the announced limit is a rule of its own", () => {
    expect(OVER_LIMIT.code).toBe("over_limit");
    expect(OVER_LIMIT.id).toContain("batas pembelian yang diumumkan");
    expect(OVER_LIMIT.en).toContain("the announced limit");
  });
});

describe("how long a moment was", () => {
  /** Two of a unit or more are said in it; up to there in the smaller one. Never less than it was. */
  const table: readonly (readonly [seconds: number, id: string, en: string])[] = [
    [0, "0 detik", "0 seconds"],
    [119, "119 detik", "119 seconds"],
    [120, "2 menit", "2 minutes"],
    [121, "3 menit", "3 minutes"],
    [149, "3 menit", "3 minutes"],
    [150, "3 menit", "3 minutes"],
    [7_199, "120 menit", "120 minutes"],
    [7_200, "2 jam", "2 hours"],
    [9_000, "3 jam", "3 hours"],
    [172_799, "48 jam", "48 hours"],
    [172_800, "2 hari", "2 days"],
    [216_000, "3 hari", "3 days"],
  ];
  for (const [seconds, id, en] of table) {
    it(`${seconds} s: ${en}`, () => {
      for (const signal of ["same_moment", "accounts_made_together"] as const) {
        const reason = reasonOf(seen(signal, 3, { orders: 9, seconds }));
        expect(reason.id).toContain(` ${id}`);
        expect(reason.en).toContain(` ${en}`);
      }
    });
  }
});

describe("a masked value", () => {
  it("can be recognised, and not used", () => {
    const table: readonly (readonly [value: string, masked: string])[] = [
      ["", ""],
      ["   ", ""],
      ["a", "a…"],
      ["abcd", "a…"],
      ["abcde", "ab…de"],
      ["  abcde ", "ab…de"],
      ["siti.ayu@contoh.id", "si…@contoh.id"],
      ["s@contoh.id", "s…@contoh.id"],
    ];
    for (const [value, masked] of table) expect(maskValue(value)).toBe(masked);
  });
});

describe("words that are no ground", () => {
  it("are found in any text, in capitals, too", () => {
    const words = [
      "tengkulak",
      "reseller",
      "calo",
      "penimbun",
      "scalper",
      "hoarder",
      "aktivitas tidak wajar",
      "abnormal activity",
      "aktivitas mencurigakan",
      "suspicious activity",
    ];
    for (const word of words) {
      expect(bannedGrounds(`Akun ini: ${word.toUpperCase()}!`)).toEqual([word]);
    }
    expect(bannedGrounds("lebih dari dua unit per orang")).toEqual([]);
  });
});
