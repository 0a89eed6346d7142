import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  completeGroups,
  endedFull,
  groupFault,
  LAST_MARK_WAIT_MS,
  mostWindowsOfGroup,
  type EndedWindow,
} from "../../../src/sale/group.ts";
import { lastWindowNo } from "../../../src/sale/window.ts";
import { smallSale } from "../../helpers/sale.ts";

const round = { ...smallSale({ units: 1 }).rounds[0]!, windowMs: 1_000 };
const NOW = 1_000_000;

/** Windows from 0 on, written as letters: c for crowded, q for quiet. */
const windows = (text: string, markedAtMs = NOW): EndedWindow[] =>
  text.split("").map((letter, windowNo) => ({
    windowNo,
    markedAtMs: letter === "c" ? markedAtMs : null,
  }));
const groups = (text: string, at: { nowMs?: number; lastNo?: number } = {}) =>
  completeGroups(round, windows(text), { nowMs: NOW, ...at }).map(
    (group) => `${group.fromWindowNo}-${group.windowNo}`,
  );

describe("groups of windows", () => {
  it("a quiet window is alone; crowded ones go with the first quiet one after them", () => {
    expect(groups("qqq")).toEqual(["0-0", "1-1", "2-2"]);
    expect(groups("qccqq")).toEqual(["0-0", "1-3", "4-4"]);
    expect(groups("cqcq")).toEqual(["0-1", "2-3"]);
    // Nobody knows yet how the rush ends.
    expect(groups("qcc")).toEqual(["0-0"]);
  });

  it("is thirty seconds long at most", () => {
    expect(mostWindowsOfGroup(round)).toBe(30);
    expect(groups("c".repeat(31))).toEqual(["0-29"]);
    expect(groups(`${"c".repeat(31)}q`)).toEqual(["0-29", "30-31"]);
    expect(mostWindowsOfGroup({ ...round, windowMs: 100 })).toBe(300);
    expect(mostWindowsOfGroup({ ...round, windowMs: 600_000 })).toBe(1);
    expect(mostWindowsOfGroup({ ...round, mode: "draw", windowMs: 0 })).toBe(1);
  });

  it("the last window waits for servers that still mark it, and for no dead one", () => {
    expect(groups("qcc", { lastNo: 2 })).toEqual(["0-0"]);
    const later = { lastNo: 2, nowMs: NOW + LAST_MARK_WAIT_MS };
    expect(groups("qcc", later)).toEqual(["0-0", "1-2"]);
    expect(groups("qcc", { ...later, nowMs: later.nowMs - 1 })).toEqual(["0-0"]);
    // As long as it is, the last one waits.
    expect(groups("c".repeat(30), { lastNo: 29 })).toEqual([]);
  });

  it("takes each window once, in order, whatever servers say, and says of each that it is one", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 80 }), (crowded) => {
        const text = crowded.map((yes) => (yes ? "c" : "q")).join("");
        const found = completeGroups(round, windows(text), { nowMs: NOW });
        const taken = found.flatMap(({ fromWindowNo, windowNo }) =>
          Array.from({ length: windowNo - fromWindowNo + 1 }, (_, i) => fromWindowNo + i),
        );
        expect(taken).toEqual(taken.map((_, index) => index));
        for (const group of found) {
          const marks = taken
            .filter((no) => no >= group.fromWindowNo && no <= group.windowNo && crowded[no])
            .map((windowNo) => ({ windowNo, turnedAwayCount: 0, longestWaitMs: 0 }));
          expect(groupFault(round, group, marks)).toBeNull();
          if (crowded[group.windowNo]) expect(endedFull(round, group, marks)).toBe(true);
        }
      }),
    );
  });

  it("a record cannot call anything else a group", () => {
    const marks = (...numbers: number[]) =>
      numbers.map((windowNo) => ({ windowNo, turnedAwayCount: 1, longestWaitMs: 600 }));
    const group = { fromWindowNo: 3, windowNo: 6 };
    expect(groupFault(round, group, marks(3, 4, 5))).toBeNull();
    expect(groupFault(round, group, marks(3, 5))).toContain("nobody waited");
    expect(groupFault(round, group, marks(2, 3, 4, 5))).toContain("nobody waited");
    expect(groupFault(round, { fromWindowNo: 6, windowNo: 3 }, [])).toContain("before it begins");
    const long = Array.from({ length: 30 }, (_, i) => 3 + i);
    expect(groupFault(round, { fromWindowNo: 3, windowNo: 33 }, marks(...long))).toContain(
      "longer",
    );
    expect(lastWindowNo(round)).toBeGreaterThan(33);
  });
});
