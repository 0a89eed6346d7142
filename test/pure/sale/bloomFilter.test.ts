import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { BloomFilter } from "../../../src/sale/bloomFilter.ts";

/** As good as chance, and the same each time. */
function keyOf(number: number): string {
  const hex = createHash("sha256").update(String(number)).digest("hex");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return [...parts, hex.slice(20, 32)].join("-");
}

describe("a Bloom filter of keys", () => {
  it("never forgets a key, and takes few for known that are not", () => {
    const filter = new BloomFilter(2 ** 20);
    // As full as the real one is after 1.2 million keys.
    const count = (1_200_000 * 2 ** 20) / 2 ** 24;
    for (let number = 0; number < count; number++) filter.add(keyOf(number));
    let falseAlarms = 0;
    for (let number = count; number < count + 4_000; number++) {
      if (filter.add(keyOf(number))) falseAlarms++;
    }
    // 1 in 190, a little more towards the end; none would mean that nothing was asked.
    expect(falseAlarms).toBeGreaterThan(5);
    expect(falseAlarms).toBeLessThan(40);
    for (let number = 0; number < count; number++) expect(filter.add(keyOf(number))).toBe(true);
  });

  it("reads both ends of a key, and refuses sizes that it cannot address", () => {
    const filter = new BloomFilter();
    expect(filter.add("00000000-0000-0000-0000-000000000001")).toBe(false);
    expect(filter.add("00000000-0000-0000-0000-000000000003")).toBe(false);
    expect(filter.add("00000001-0000-0000-0000-000000000001")).toBe(false);
    expect(filter.add("00000000-0000-0000-0000-000000000001")).toBe(true);
    for (const bitCount of [0, 128, 1_000, 2 ** 33])
      expect(() => new BloomFilter(bitCount)).toThrow();
  });
});
