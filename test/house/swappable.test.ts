/*
 * Two numbers side by side are easily swapped in a call, and nobody sees it, so they are given as an object. The exceptions
 * are listed: functions that run millions of times, and statements of SQL, whose numbers stand in one order everywhere.
 */

import { describe, expect, it } from "vitest";
import { swappable } from "./syntax.ts";
import { files, text } from "./tree.ts";

/** Runs for each row, pair or comparison of a million orders. */
const HOT: readonly string[] = [
  "src/base/logChoose.ts logChoose(n, k)",
  "src/integrity/attributes.ts isHub(value, eventCount)",
  "src/integrity/evidence/synchrony.ts share(moment, tie)",
  "src/integrity/link/communities.ts add(a, b, weight)",
  "src/integrity/link/communities.ts a function(a, b, weight)",
  "src/integrity/groups.ts a function(value, at)",
  "src/integrity/link/patterns.ts addTo(index, more)",
  "src/integrity/link/link.ts level(field, a, b)",
  "src/integrity/link/link.ts straight(field, a, b)",
  "src/integrity/link/link.ts value(field, row)",
  "src/integrity/link/link.ts levelOf(field, a, b)",
  "src/integrity/link/link.ts exact(field, count)",
  "src/integrity/link/link.ts fieldBits(field, a, b)",
  "src/integrity/link/link.ts homeBits(field, a, b)",
  "src/integrity/table/columns.ts set(index, value)",
  "src/integrity/table/numbering.ts listHash(hash, more)",
  "src/integrity/table/numbering.ts put(slot, hash)",
  "src/integrity/table/places.ts likenessTo(address, place)",
];

/** The order of numbers that statements take: from the larger thing to the smaller, then a time, then how many. */
const ORDER = [
  /^(saleNo|messageId)$/,
  /^roundNo$/,
  /^(caseNo|channelNo|signCount)$/,
  /^(nowMs|sinceMs)$/,
  /^(mostCount|size|limit)$/,
];
const STORE = /^src\/(.*\/)?io\/\w+Store\.ts /;

/** Whether a store's function takes its numbers in the order of all stores. */
function inOrder(found: string): boolean {
  const names = /\((.*)\)$/.exec(found)?.[1]?.split(", ") ?? [];
  const places = names.map((name) => ORDER.findIndex((pattern) => pattern.test(name)));
  return places.every((place, at) => place > (places[at - 1] ?? -1));
}

const allowed = (found: string): boolean =>
  HOT.includes(found) || (STORE.test(found) && inOrder(found));

describe("two numbers side by side", () => {
  const found = files
    .filter((file) => file.startsWith("src/"))
    .flatMap((file) => swappable(file, text(file)));

  it("become an object, but where every call counts or all statements have one order", () => {
    expect(found.filter((one) => !allowed(one))).toEqual([]);
  });

  it("are still there where the list says so", () => {
    expect(HOT.filter((one) => !found.includes(one))).toEqual([]);
  });

  it("are seen, however a function is written", () => {
    const seen = (source: string) => swappable("src/a.ts", source);
    for (const source of [
      "function f(from: number, to: number) {}",
      "const f = (from: number, to: number) => from;",
      "const f = (text: string, from: number, to: number | null) => from;",
      "const f = (from: number, to = 3) => from;",
      "const it = { f: (from: number, to: number) => from };",
      "class A { f(from: number, to: number) {} }",
      "class A { #f(from: number, to: number) {} }",
      "interface A { f(from: number, to: number): void }",
      "interface A { readonly f: (from: number, to: number) => void }",
      "const f = function (from: number, to: number) {};",
    ]) {
      expect(seen(source), source).toEqual([
        expect.stringMatching(/^src\/a\.ts (f|a function)\(from, to\)$/),
      ]);
    }
    for (const source of [
      "function f({ from, to }: { from: number; to: number }) {}",
      "function f(from: number, text: string, to: number) {}",
      "function f(a: number, b: number) {}",
      "const f = (from: number) => (to: number) => to;",
      "const pair: readonly [number, number] = [1, 2];",
    ]) {
      expect(seen(source), source).toEqual([]);
    }
  });

  it("of a store in another order are refused", () => {
    const store = "src/sale/io/saleStore.ts find";
    expect(allowed(`${store}(saleNo, roundNo, nowMs)`)).toBe(true);
    expect(allowed(`${store}(roundNo, saleNo)`)).toBe(false);
    expect(allowed(`${store}(nowMs, saleNo)`)).toBe(false);
    expect(allowed(`${store}(saleNo, units)`)).toBe(false);
    expect(allowed("src/sale/io/saleRoutes.ts find(saleNo, roundNo)")).toBe(false);
  });
});
