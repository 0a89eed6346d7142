import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Intake, type EntryWriter } from "../../../src/sale/entry/io/intake.ts";
import type { EntryOutcome, NewEntry } from "../../../src/sale/entry/io/entryStore.ts";
import { rush, type RushRules } from "./rushOnTurnedClock.ts";
import { comeAgainSeconds, isCrowded, windowMsOf } from "../../../src/sale/entry/rush.ts";
import { crowdFinding } from "../../../src/sale/entry/crowdLimits.ts";
import { smallSale } from "../../helpers/sale.ts";

/**
 * 40,000 people in two seconds before a server that takes 2,000 a second and lets 4,000 wait: a hundredth of it, or as much as
 * `npm run slow:rush` asks for.
 */
const SCALE = Number(process.env["RUSH_SCALE"] ?? 1);
const SIZE = {
  ...{ peopleCount: 400 * SCALE, perSecond: 20 * SCALE },
  ...{ queueCount: 40 * SCALE, unitCount: 160 * SCALE },
};
const SEEDS = Number(process.env["RUSH_SEEDS"] ?? 200);
const TIMEOUT_MS = 60_000 * SCALE;
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
    { timeout: TIMEOUT_MS },
    async () => {
      const { value, units, gaveUpCount } = await chiSquare({ grouped: true, refuses: false });
      expect(gaveUpCount).toBe(0);
      if (SCALE > 1)
        console.log(`${SIZE.peopleCount} people, ${SEEDS} seeds: ${value}, ${units.join(" and ")}`);
      expect(value, `units of scripts and phones: ${units.join(" and ")}`).toBeLessThan(
        CHI_SQUARE_01,
      );
    },
  );

  it(
    "control: with a queue that refuses and windows by the batch, scripts have it all",
    { timeout: TIMEOUT_MS },
    async () => {
      const { value, units, gaveUpCount } = await chiSquare({ grouped: false, refuses: true }, 20);
      expect(value).toBeGreaterThan(10 * CHI_SQUARE_01);
      expect(units[0]!).toBeGreaterThan(3 * units[1]!);
      expect(gaveUpCount).toBeGreaterThan(0);
    },
  );

  it(
    "control: with their own second but each window alone, scripts have it, too",
    { timeout: TIMEOUT_MS },
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

describe("the queue of a round", () => {
  const round = { ...smallSale({ units: 1 }).rounds[0]!, windowMs: 1_000 };
  const target = { saleNo: 1, round };
  const entry = (): NewEntry => ({
    ...{ accountKey: randomUUID(), phoneKey: null, emailKey: null },
    ...{ entryId: randomUUID(), requestKey: randomUUID(), channelNo: 1, preferences: "1" },
  });
  /** An intake on a turned clock, whose database and marks answer when they are told to. */
  function turned() {
    const clock = { ms: round.opensAtMs + 100 };
    const batches: { entries: readonly NewEntry[]; done: () => void }[] = [];
    const marks: { fromWindowNo: number; throughAtMs: number; done: (no: number) => void }[] = [];
    let look = () => {};
    const write: EntryWriter = (_target, entries) =>
      new Promise((resolve) => {
        const done = () =>
          resolve(entries.map((one) => ({ ok: true, entry: one }) as unknown as EntryOutcome));
        batches.push({ entries, done });
      });
    const intake = new Intake(write, {
      clock: { nowMs: () => clock.ms },
      mark: (_target, { fromWindowNo, throughAtMs }) =>
        new Promise((done) => marks.push({ fromWindowNo, throughAtMs, done })),
      mostBatchCount: 2,
      every: (_ms, again) => {
        look = again;
        return () => (look = () => {});
      },
    });
    const at = async (ms: number) => {
      clock.ms = round.opensAtMs + ms;
      look();
      await new Promise(setImmediate);
    };
    const held = () => {
      const sinceMs = intake.heldSinceMs({ saleNo: 1, roundNo: round.roundNo });
      return sinceMs === null ? null : sinceMs - round.opensAtMs;
    };
    return { clock, batches, marks, intake, at, held };
  }

  it("is one, whichever copy of the round a request came with, and first in, first out", async () => {
    const { batches, intake, at } = turned();
    const people = Array.from({ length: 7 }, entry);
    // The second window comes first to the server; its people wait for those of the first.
    const late = people.slice(5).map((one) => ({ ...one, arrivedAtMs: round.opensAtMs + 1_100 }));
    const early = people.slice(0, 5);
    const coming = [
      ...late.map((one) => intake.enter(target, one)),
      ...early.map((one) => intake.enter({ ...target, round: { ...round } }, one)),
    ];
    for (let batch = 0; batch < 4; batch++) {
      await at(200);
      expect(batches).toHaveLength(batch + 1);
      batches[batch]!.done();
      await at(200);
    }
    await Promise.all(coming);
    expect(batches.flatMap(({ entries }) => entries.map((one) => one.requestKey))).toEqual(
      [...early, ...late].map((one) => one.requestKey),
    );
  });

  it("keeps its windows open until a mark tells of them, also when its people are in by then", async () => {
    const { batches, marks, intake, at, held } = turned();
    const coming = intake.enter(target, entry());
    await at(200);
    await at(700);
    expect(marks).toHaveLength(1);
    // The rush goes on into the next window, while the mark of the first is on its way.
    await at(1_300);
    batches[0]!.done();
    await coming;
    await at(1_400);
    expect(held()).toBe(700);
    marks[0]!.done(1);
    await at(1_450);
    await at(1_500);
    // Nobody waits any more; the second window was crowded all the same, and must be told of.
    expect(held()).toBe(1_000);
    expect(marks[1]).toMatchObject({ fromWindowNo: 2, throughAtMs: round.opensAtMs + 1_300 });
    marks[1]!.done(2);
    await at(1_600);
    expect(held()).toBeNull();
    expect(marks).toHaveLength(2);
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
