import { expect, it } from "vitest";
import {
  stampArrival,
  stampedArrivalMs,
  STAMP_LIFETIME_MS,
} from "../../../src/sale/entry/io/arrivalStamp.ts";
import { MacKey } from "../../../src/access/io/mac.ts";

const key = new MacKey(new Uint8Array(32).fill(7));
const nowMs = 1_800_000_000_500;
const purpose = { binding: "1.1.somebody", nowMs };
const FIRST_MS = 1_800_000_000_123.25;

it("a stamp gives the arrival back, for its person and for a minute", () => {
  const stamp = stampArrival(key, purpose, FIRST_MS);
  const later = { ...purpose, nowMs: nowMs + STAMP_LIFETIME_MS };
  expect(stampedArrivalMs(key, purpose, stamp)).toBe(FIRST_MS);
  expect(stampedArrivalMs(key, later, stamp)).toBe(FIRST_MS);
  expect(stampedArrivalMs(key, { ...later, nowMs: later.nowMs + 1 }, stamp)).toBeNull();
  expect(stampedArrivalMs(key, { ...purpose, binding: "1.1.other" }, stamp)).toBeNull();
});

it("an arrival cannot be chosen", () => {
  const stamp = stampArrival(key, purpose, FIRST_MS);
  const [first = "", issued = "", mac = ""] = stamp.split("_");
  const forged = [
    `${Number(first) - 1}_${issued}_${mac}`,
    `${first}_${Number(issued) + 1}_${mac}`,
    `${first}_${issued}_${"0".repeat(64)}`,
    stampArrival(new MacKey(new Uint8Array(32).fill(8)), purpose, FIRST_MS),
    `${first}_${issued}`,
    "",
  ];
  for (const one of forged) expect(stampedArrivalMs(key, purpose, one)).toBeNull();
});
