import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { customerAddress, plainAddress, siteAddress } from "../../../src/access/address.ts";
import {
  ASKER_GUESSES,
  CODE_TIERS,
  digitsFor,
  MOST_LIVE_CODES,
  openedBy,
  strangersChance,
} from "../../../src/access/codeRules.ts";
import { readContact } from "../../../src/access/contact.ts";
import { ownDomainOf } from "../../../src/access/mailProviders.ts";
import { isCountryCode, mayBeTexted } from "../../../src/access/phoneRanges.ts";
import { budgetPrice, Meter, PRICE_RULES, priceOf, priceUnder } from "../../../src/access/price.ts";
import { RecentKeys } from "../../../src/access/recentKeys.ts";
import { mailBox, ownMailBox } from "../../../src/base/mailBox.ts";
import { solveWork } from "../../../web/ui/work.client.ts";
import { WorkSearch } from "../../../web/ui/workSearch.ts";

const DOC = readFileSync("docs/theory/codes.md", "utf8");

describe("a stranger's chance", () => {
  it("is below one in ten thousand, however many guesses are made", () => {
    for (const guesses of [1, 4, 5, 250, 100_000, 1e6, 1e9]) {
      expect(strangersChance(guesses), String(guesses)).toBeLessThanOrEqual(1e-4);
    }
    // The control: six digits for ever, as it was.
    expect(1_000 * MOST_LIVE_CODES * 1e-6).toBeGreaterThan(1e-4);
  });

  it("is computed in the documentation as here", () => {
    for (const { fromGuesses, digits } of CODE_TIERS) {
      expect(DOC).toContain(`| ${fromGuesses.toLocaleString("en")} | ${digits} |`);
    }
    expect(DOC).toContain(`${MOST_LIVE_CODES} codes`);
    expect(DOC).toContain(`**${(strangersChance(1e9) * 1e4).toFixed(2)} · 10⁻⁴**`);
    expect(DOC).toContain(`${ASKER_GUESSES} wrong guesses`);
  });

  it("lets a short code be entered by its own asker alone once codes are longer", () => {
    const code = { codeKey: "k", digits: 6, askerKey: "hers" };
    expect(openedBy([code], { codeKey: "k", askerKey: "other" }, 6)).toBe(code);
    expect(openedBy([code], { codeKey: "k", askerKey: "hers" }, 8)).toBe(code);
    expect(openedBy([code], { codeKey: "k", askerKey: "other" }, 8)).toBeNull();
    expect(openedBy([code], { codeKey: "x", askerKey: "hers" }, 6)).toBeNull();
    expect([0, 3, 4, 249, 250, 100_000].map(digitsFor)).toEqual([6, 6, 8, 8, 12, 16]);
  });
});

describe("the price of a code", () => {
  it("grows with the rate, fades with time and has an end", () => {
    const meter = new Meter();
    const keys = { address: "192.0.2.1" };
    const prices: number[] = [];
    for (let n = 0; n < 2_000; n++) {
      prices.push(priceOf(meter, keys, 0));
      meter.noteAll(keys, 0);
    }
    const { freeCount, hashesEach, mostHashes, memoryMs } = PRICE_RULES.address;
    expect(prices.slice(0, freeCount + 1)).toEqual(Array(freeCount + 1).fill(0));
    expect(prices[freeCount + 1]).toBe(hashesEach);
    expect(prices).toEqual([...prices].sort((a, b) => a - b));
    expect(prices.at(-1)).toBe(mostHashes);
    expect(priceOf(meter, keys, 10 * memoryMs)).toBe(0);
    expect(priceOf(meter, { address: "192.0.2.2" }, 0)).toBe(0);
    // The clock set back makes nothing more costly than it was.
    expect(priceOf(meter, keys, -3_600_000)).toBe(mostHashes);
  });

  it("is the highest of all keys, and never above its rule", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (count) => {
        for (const rule of Object.values(PRICE_RULES)) {
          const price = priceUnder(rule, count);
          expect(price).toBeGreaterThanOrEqual(0);
          expect(price).toBeLessThanOrEqual(rule.mostHashes);
        }
      }),
    );
  });

  it("remembers the latest keys only", () => {
    const recent = new RecentKeys();
    recent.add("first");
    for (let n = 0; n < 100_000; n++) recent.add(String(n));
    expect([recent.has("first"), recent.has("99999")]).toEqual([false, true]);
  });
});

describe("the price of a text by the hour's budget", () => {
  it("begins at half of it, rises to the last text, and is nothing once it is used up", () => {
    const prices = Array.from({ length: 21 }, (_, sent) =>
      budgetPrice({ sentCount: sent, perHourCount: 20 }),
    );
    expect(prices.slice(0, 11)).toEqual(Array(11).fill(0));
    expect(prices.slice(11, 20)).toEqual(prices.slice(11, 20).toSorted((a, b) => a - b));
    expect(prices.slice(14, 15)).toEqual([3_200_000]);
    expect(prices[19]).toBe(16_200_000);
    expect([prices[20], budgetPrice({ sentCount: 0, perHourCount: 0 })]).toEqual([0, 0]);
  });

  it("makes the whole budget cost one core what the document says", () => {
    const { mostHashes } = PRICE_RULES.address;
    const secondsFor = (count: number, least: (sent: number) => number) =>
      Array.from(
        { length: count },
        (_, sent) => Math.max(mostHashes, least(sent)) / 2 / 1e7,
      ).reduce((sum, one) => sum + one);
    const seconds = secondsFor(5_000, (sent) =>
      budgetPrice({ sentCount: sent, perHourCount: 5_000 }),
    );
    expect(secondsFor(5_000, () => 0)).toBeCloseTo(250);
    expect(Math.round(seconds / 10) * 10).toBe(980);
    expect(DOC).toContain("5,000 texts cost 980 s of one core");
  });
});

describe("addresses", () => {
  it("one address in any spelling is one", () => {
    for (const text of [
      "203.0.113.9",
      "::ffff:203.0.113.9",
      "::FFFF:203.0.113.9",
      "::ffff:cb00:7109",
      "0:0:0:0:0:ffff:203.0.113.9",
      "0000:0000:0000:0000:0000:ffff:cb00:7109",
    ]) {
      expect([text, customerAddress(text), plainAddress(text)]).toEqual([
        text,
        "203.0.113.9",
        "203.0.113.9",
      ]);
      expect(siteAddress(text)).toBeNull();
    }
    for (const text of [
      "2001:DB8:1:2::9",
      "2001:0db8:0001:0002:ffff:1:2:3",
      "2001:db8:1:2::%eth0",
    ]) {
      expect([customerAddress(text), siteAddress(text)]).toEqual([
        "2001:db8:1:2::",
        "2001:db8:1::",
      ]);
    }
    for (const text of ["", "nobody", "1:2:3", "::1::2", "1:2:3:4:5:6:7:8:9", "g::1"]) {
      expect([customerAddress(text), siteAddress(text)]).toEqual([text, null]);
    }
  });
});

describe("numbers that are served", () => {
  const served = (phone: string, countries = ["62"]) => mayBeTexted(phone, countries);

  it("are mobile numbers of the listed countries, never premium or satellite ones", () => {
    expect(served("+6281234567890")).toBe(true);
    for (const phone of [
      "+6586812345",
      "+19005550123",
      "+881612345678",
      "+883510012345",
      "+99999999",
    ])
      expect([phone, served(phone)]).toEqual([phone, false]);
    expect(served("+6586812345", ["62", "65"])).toBe(true);
    expect(served("+14155552671", ["1"])).toBe(true);
    // Costly wherever one is: satellites, premium ranges, islands that share a calling code.
    for (const phone of [
      "+6286812345678",
      "+881612345678",
      "+8821234567890",
      "+883510012345",
      "+870123456789",
      "+979123456789",
      "+19005550123",
      "+19765550123",
      "+18765550123",
      "+447012345678",
      "+449012345678",
    ]) {
      expect([phone, served(phone, ["62", "1", "44", "88", "87", "97"])]).toEqual([phone, false]);
    }
    expect(served("+18765550123", ["1876"])).toBe(true);
    expect(["62", "1876", "", "0", "all", "none", "+62"].map(isCountryCode)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe("mailboxes", () => {
  it("are one however their letters are made", () => {
    const spellings = [
      "siti.ayu@gmail.com",
      "SITIAYU+poco@googlemail.com",
      "ｓｉｔｉａｙｕ@gmail.com",
      "s\u0456t\u0456ayu@gmail.com",
      "siti\u200bayu@gmail.com",
      "siti\u00adayu@gmail.com",
      "sitıayu@gmail.com",
      "sitiàyu@gmail.com",
      "\u202asitiayu@gmail.com\u202c",
      "𝐬𝐢𝐭𝐢𝐚𝐲𝐮@gmail.com",
    ];
    for (const text of spellings)
      expect([text, mailBox(text)]).toEqual([text, "sitiayu@gmail.com"]);
    expect(mailBox("a.b@proton.me")).toBe(mailBox("ab@pm.me"));
    expect(mailBox("a.b@contoh.id")).not.toBe(mailBox("ab@contoh.id"));
    expect(mailBox("siti+x@contoh.id")).toBe(mailBox("siti@contoh.id"));
    expect(mailBox("sitiayo@gmail.com")).not.toBe("sitiayu@gmail.com");
  });

  it("open by the aliases that their provider documents alone", () => {
    const gmail = ["s.iti.ayu@gmail.com", "sitiayu+sale@googlemail.com"];
    expect(gmail.map(ownMailBox)).toEqual(Array(2).fill("sitiayu@gmail.com"));
    expect(ownMailBox("a-b+c@pm.me")).toBe("ab@proton.me");
    expect(ownMailBox("siti+sale@outlook.com")).toBe("siti@outlook.com");
    for (const address of [
      "siti+x@contoh.id",
      "s.iti@yahoo.com",
      "s\u0456ti@gmail.com",
      "+@gmail.com",
    ])
      expect(ownMailBox(address)).toBe(address);
  });

  it("of nobody's provider belong to whoever registered the domain", () => {
    const domains = ["a@gmail.com", "a@toko.co.id", "a@x.toko.co.id", "a@mail.own.id", "a@own.id"];
    expect(domains.map(ownDomainOf)).toEqual([
      null,
      "toko.co.id",
      "toko.co.id",
      "own.id",
      "own.id",
    ]);
  });

  it("and numbers are read as they look", () => {
    for (const text of [
      "\u202a+62 812-9000-1111\u202c",
      "\u200e+6281290001111",
      "０８１２９０００１１１１",
    ]) {
      expect(readContact(text)?.value).toBe("+6281290001111");
    }
  });
});

describe("the search for work", () => {
  it("finds what a general hash finds, for salts of every length", () => {
    for (let length = 1; length <= 140; length++) {
      const salt = "s".repeat(length);
      const number = (length * 7_919) % 3_000;
      const challenge = hash("sha256", salt + number, "hex");
      const search = new WorkSearch({ salt, challenge, last: 3_000 });
      expect([length, search.step(1_000) ?? search.step(1_000) ?? search.step(1_001)]).toEqual([
        length,
        number,
      ]);
    }
    const none = new WorkSearch({ salt: "a", challenge: "0".repeat(64), last: 10 });
    expect([none.step(100), none.isOver]).toEqual([null, true]);
  });

  it("lets its page do other things meanwhile", async () => {
    const number = 200_000;
    const challenge = hash("sha256", `salt${number}`, "hex");
    const given = { algorithm: "SHA-256", salt: "salt", signature: "s", challenge } as const;
    let turns = 0;
    let isOver = false;
    const count = () => {
      turns++;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    const solution = await solveWork({ ...given, maxnumber: number });
    isOver = true;
    expect(JSON.parse(atob(solution))).toEqual({ ...given, number });
    expect(turns).toBeGreaterThan(2);
  });
});
