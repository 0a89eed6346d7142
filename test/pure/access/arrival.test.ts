import { describe, expect, it } from "vitest";
import {
  arrivalMs,
  LONGEST_AT_PROXY_MS,
  LONGEST_BODY_MS,
  saidArrivalMs,
} from "../../../src/access/arrival.ts";

const NOW = 1_790_000_000_000;

describe("when a request arrived", () => {
  it("is when its head was read, unless the body lets people wait", () => {
    expect(arrivalMs({ headMs: NOW - 300, nowMs: NOW })).toBe(NOW - 300);
    expect(arrivalMs({ headMs: NOW - 60_000, nowMs: NOW })).toBe(NOW - LONGEST_BODY_MS);
    expect(arrivalMs({ headMs: NOW + 5, nowMs: NOW })).toBe(NOW);
  });

  it("is what a proxy says, in its unit, never later than now nor long ago", () => {
    const at = NOW - 2_500;
    expect(saidArrivalMs(`t=${at / 1_000}`, NOW)).toBeCloseTo(at, 0);
    expect(saidArrivalMs(String(at), NOW)).toBe(at);
    expect(saidArrivalMs(`t=${at * 1_000}`, NOW)).toBe(at);
    expect(saidArrivalMs(String(NOW + 60_000), NOW)).toBe(NOW);
    expect(saidArrivalMs(String(NOW - 3_600_000), NOW)).toBe(NOW - LONGEST_AT_PROXY_MS);
    for (const text of ["", "now", "t=", "-5", "1e12", "t=1790000000,5"]) {
      expect(saidArrivalMs(text, NOW)).toBeNull();
    }
  });
});
