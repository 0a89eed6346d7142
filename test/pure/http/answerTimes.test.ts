import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AnswerTimes, summaryOf } from "../../../src/http/answerTimes.ts";

describe("answer times", () => {
  const clocked = () => {
    const clock = { ms: 1_000_000 };
    return { clock, times: new AnswerTimes(() => clock.ms) };
  };

  it("give quantiles that are at most a bucket too large, and hardly too small", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.2, max: 5_000, noNaN: true }), { minLength: 1 }),
        (list) => {
          const { times } = clocked();
          for (const ms of list) times.took(ms);
          const sorted = list.toSorted((a, b) => a - b);
          const median = sorted[Math.ceil(list.length / 2) - 1]!;
          const { medianMs } = summaryOf([times.counts()]);
          // Shown to a tenth of a millisecond.
          expect(medianMs).toBeGreaterThanOrEqual(median - 0.05);
          expect(medianMs).toBeLessThanOrEqual(median * 1.22 + 0.05);
        },
      ),
    );
  });

  it("count what came in whole seconds, and forget what is older than ten", () => {
    const { clock, times } = clocked();
    for (let second = 0; second < 9; second++) {
      for (let n = 0; n < 18; n++) times.arrived();
      clock.ms += 1_000;
    }
    times.took(40);
    expect(summaryOf([times.counts()]).perSecond).toBe(18);
    expect(summaryOf([times.counts()]).p99Ms).toBeGreaterThan(39);
    clock.ms += 60_000;
    expect(summaryOf([times.counts()])).toMatchObject({ perSecond: 0, medianMs: 0, p99Ms: 0 });
  });

  it("times one request in eight, and counts every failure", () => {
    const { times } = clocked();
    const timed = Array.from({ length: 80 }, () => times.arrived()).filter(Boolean);
    expect(timed).toHaveLength(10);
    times.failed();
    times.failed();
    expect(summaryOf([times.counts()]).errorCount).toBe(2);
  });
});
