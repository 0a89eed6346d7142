import { describe, expect, it } from "vitest";
import { rush, type RushRules } from "./rushOnTurnedClock.ts";
import { comeAgainSeconds, isCrowded, windowMsOf } from "../../../src/sale/entry/rush.ts";
import { crowdFinding } from "../../../src/sale/entry/crowdLimits.ts";
import { smallSale } from "../../helpers/sale.ts";

/** As 40,000 people in two seconds before a server that takes 2,000 a second and lets 4,000 wait, a hundredth of it. */
const SIZE = { peopleCount: 400, perSecond: 20, queueCount: 40, unitCount: 160 };
const SEEDS = 200;
/** Chi-square with one degree of freedom: beyond it by chance in one of a hundred. */
const CHI_SQUARE_01 = 6.635;

async function chiSquare(rules: RushRules, seeds = SEEDS) {
  let units = [0, 0];
  let gaveUpCount = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const end = await rush(seed, SIZE, rules);
    units = units.map((sum, index) => sum + end.units[index]!);
    gaveUpCount += end.gaveUpCount;
  }
  // Got a unit or not, as a script or as a phone: a table of four.
  const each = (SIZE.peopleCount / 2) * seeds;
  const won = (units[0]! + units[1]!) / 2;
  const value = units.reduce(
    (sum, count) => sum + (count - won) ** 2 / won + (count - won) ** 2 / (each - won),
    0,
  );
  return { value, units, gaveUpCount };
}

describe("a rush of ten times what the server takes", () => {
  it(
    "gives scripts that repeat at once and phones that wait the same chance",
    { timeout: 60_000 },
    async () => {
      const { value, units, gaveUpCount } = await chiSquare({ grouped: true, refuses: false });
      expect(gaveUpCount).toBe(0);
      expect(value, `units of scripts and phones: ${units.join(" and ")}`).toBeLessThan(
        CHI_SQUARE_01,
      );
    },
  );

  it(
    "control: with a queue that refuses and windows by the batch, scripts have it all",
    { timeout: 60_000 },
    async () => {
      const { value, units, gaveUpCount } = await chiSquare({ grouped: false, refuses: true }, 20);
      expect(value).toBeGreaterThan(10 * CHI_SQUARE_01);
      expect(units[0]!).toBeGreaterThan(3 * units[1]!);
      expect(gaveUpCount).toBeGreaterThan(0);
    },
  );

  it(
    "control: with their own second but each window alone, scripts have it, too",
    { timeout: 60_000 },
    async () => {
      const { value } = await chiSquare({ grouped: false, refuses: false }, 20);
      expect(value).toBeGreaterThan(10 * CHI_SQUARE_01);
    },
  );
});

describe("what a server says in a rush", () => {
  const round = { ...smallSale({ units: 1 }).rounds[0]!, windowMs: 1_000 };
  const quiet = { firstArrivedMs: null, turnedAwayCount: 0, onTheirWayUntilMs: 0 };

  it("a window is crowded when somebody waits for more than half of it, or was turned away", () => {
    expect(isCrowded(round, quiet, 5_000)).toBe(false);
    expect(isCrowded(round, { ...quiet, firstArrivedMs: 4_500 }, 5_000)).toBe(false);
    expect(isCrowded(round, { ...quiet, firstArrivedMs: 4_499 }, 5_000)).toBe(true);
    expect(isCrowded(round, { ...quiet, turnedAwayCount: 1 }, 5_000)).toBe(true);
    expect(isCrowded(round, { ...quiet, onTheirWayUntilMs: 5_001 }, 5_000)).toBe(true);
  });

  it("own seconds are spread from two to ten", () => {
    const seconds = Array.from({ length: 900 }, (_, index) => comeAgainSeconds(index / 900));
    expect(new Set(seconds)).toEqual(new Set([2, 3, 4, 5, 6, 7, 8, 9, 10]));
    expect(seconds.filter((one) => one === 10)).toHaveLength(100);
    expect(comeAgainSeconds(1)).toBe(10);
  });

  it("who first came before closing is in the last window, who came after is in none", () => {
    const { closesAtMs } = round;
    const late = closesAtMs + 4_000;
    expect(windowMsOf(round, { cameMs: late, firstCameMs: closesAtMs - 1 })).toBe(closesAtMs - 1);
    expect(windowMsOf(round, { cameMs: late, firstCameMs: closesAtMs })).toBe(late);
    expect(windowMsOf(round, { cameMs: closesAtMs - 9, firstCameMs: 1 })).toBe(closesAtMs - 9);
  });
});

describe("how many people can wait", () => {
  it("the smallest limit counts, and is named with what to do", () => {
    const enough = { descriptors: 1_048_576, somaxconn: 65_535, queued: 100_000 };
    expect(crowdFinding(enough)).toMatchObject({ state: "ok" });
    expect(crowdFinding(enough).detail).toContain("100000 people can wait");
    const few = crowdFinding({ ...enough, descriptors: 1_024 });
    expect(few).toMatchObject({ state: "warn" });
    expect(few.detail).toMatch(/^24 people can wait.*raise `ulimit -n`/);
    const short = crowdFinding({ ...enough, somaxconn: 128 });
    expect(short.detail).toMatch(/a backlog of 128,.*raise net\.core\.somaxconn/);
    expect(crowdFinding({ ...enough, descriptors: null, somaxconn: null }).state).toBe("ok");
  });
});
