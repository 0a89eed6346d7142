import { describe, expect, it } from "vitest";
import { SeededChance } from "../../../src/crowd/chance.ts";
import {
  saleCertificate,
  type CaseOrderFound,
  type PlainOrders,
} from "../../../src/cases/ownError/certificate.ts";

/* The certificate of a sale: what people's decisions prove, and how leaving cases open proves nothing. */

const of = (found: CaseOrderFound["found"], ...bits: readonly number[]) =>
  bits.map((one) => ({ bits: one, found }));
const rings = Array.from({ length: 40 }, () => of("not_genuine", 9, 8, 7, 6, 5));
const plain = (size: number, judged: number, genuine = judged): PlainOrders => ({
  size,
  judged,
  genuine,
});
const bitsOf = (...given: Parameters<typeof saleCertificate>) =>
  saleCertificate(...given).promises.map(({ bits }) => bits);

describe("a sale's certificate", () => {
  it("says clusters needed, and certifies once all cases and a sample were decided", () => {
    const certificate = saleCertificate(rings, [plain(200, 20), plain(9_800, 60)]);
    expect(certificate).toMatchObject({
      cases: 40,
      decidedCases: 40,
      wrongCases: 0,
      plainOrders: 10_000,
      judgedOrders: 80,
    });
    expect(certificate.promises.map((one) => one.clustersNeeded)).toEqual([3_103, 1_540, 774]);
    expect(certificate.promises.map((one) => one.bits)).toEqual([5, 5, 5]);
  });

  it("proves nothing without a sample, without a case, and with cases that nobody has decided", () => {
    expect(bitsOf(rings, [plain(10_000, 0)])).toEqual([null, null, null]);
    expect(bitsOf([], [plain(10_000, 80)])).toEqual([null, null, null]);
    const open = rings.map((one) => one.map((order) => ({ ...order, found: null })));
    const certificate = saleCertificate(open, [plain(2_000, 80)]);
    expect(certificate.decidedCases).toBe(0);
    expect(certificate.promises.slice(0, 2).map(({ bits }) => bits)).toEqual([null, null]);
    // One order left open may be the genuine one that is held.
    const leaky = rings.map(([first, ...rest]) => [{ ...first!, found: null }, ...rest]);
    expect(bitsOf(leaky, [plain(4_000, 80)])[0]).toBeNull();
  });

  it("certifies from above the genuine orders of its cases on", () => {
    const wrong = Array.from({ length: 80 }, () => of("genuine", 3, 3, 2));
    const certificate = saleCertificate([...rings, ...wrong], [plain(10_000, 200)]);
    expect(certificate.wrongCases).toBe(80);
    // 240 of some ten thousand at 2 bits: more than 2 %. From 3.25 bits on none of them is held.
    expect(certificate.promises.map(({ bits }) => bits)).toEqual([3.25, 3.25, 3.25]);
  });

  it("is broken in at most 5 % of 400 samples, where most of the others are no genuine orders", () => {
    const chance = new SeededChance(17);
    let broken = 0;
    let point = 0;
    for (let draw = 0; draw < 400; draw++) {
      // 42 held of 4,000 genuine: more than one in a hundred. The sample alone says how many are genuine.
      const others = Array.from({ length: 10_000 }, (_, at) => at < 3_958);
      const judged = chance.shuffled(others).slice(0, 40);
      const genuine = judged.filter(Boolean).length;
      const wrong = Array.from({ length: 14 }, () => of("genuine", 6, 6, 6));
      const [, one] = bitsOf([...rings, ...wrong], [plain(10_000, 40, genuine)]);
      if (one !== null && one! <= 6) broken++;
      if (42 / (42 + (10_000 * genuine) / 40) <= 0.01) point++;
    }
    expect(broken / 400).toBeLessThanOrEqual(0.05);
    // The control: the mere shares would say so in a third of the samples.
    expect(point / 400).toBeGreaterThan(0.3);
  });
});
