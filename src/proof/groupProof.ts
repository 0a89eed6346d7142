/*
 * The part of the proof about groups: windows are drawn together by the published rule alone. A
 * false word of the operator about waiting people is on record, and bounded by the length of a
 * group.
 */

import type { Round } from "../sale/definition.ts";
import { endedFull, groupFault, type CrowdedWindow, type WindowGroup } from "../sale/group.ts";
import { lastWindowNo } from "../sale/window.ts";
import { FIRST_FORMAT, type RecordHead, type RecordWindow } from "./record.ts";

/** Windows in which people waited, as they were sealed together. */
export interface RushGroup extends WindowGroup {
  readonly entryCount: number;
  /** How many times somebody was told to retry. */
  readonly turnedAwayCount: number;
  readonly longestWaitMs: number;
  /** It ended at its greatest length, while people still waited. */
  readonly endedFull: boolean;
}

/** Checks that windows follow each other, and that each group is one by the rule. */
export class GroupProof {
  readonly #fault: (text: string) => void;
  #round: Round | null = null;
  #isFirstFormat = false;
  #lastNo = -1;
  /** A group that ended with a crowded window, so that only the end of the round may follow. */
  #endedCrowded: number | null = null;
  /** Groups with crowded windows so far. */
  readonly rushes: RushGroup[] = [];

  constructor(fault: (text: string) => void) {
    this.#fault = fault;
  }

  begin(head: RecordHead, round: Round | null): void {
    this.#round = round;
    this.#isFirstFormat = head.format === FIRST_FORMAT;
  }

  window({ windowNo, entryCount, group }: RecordWindow): void {
    const fromWindowNo = group?.fromWindowNo ?? windowNo;
    if (fromWindowNo <= this.#lastNo) this.#fault(`window ${windowNo} is out of order`);
    this.#lastNo = windowNo;
    if (this.#endedCrowded !== null) {
      this.#fault(`window ${this.#endedCrowded}: its group ended while people waited`);
      this.#endedCrowded = null;
    }
    if (group === undefined) return;
    if (this.#isFirstFormat) {
      this.#fault(`window ${windowNo}: a group, which this format does not know`);
    }
    const crowded = group.crowded.map(([no, turnedAwayCount, longestWaitMs]) => ({
      windowNo: no,
      turnedAwayCount,
      longestWaitMs,
    }));
    const windows = { fromWindowNo, windowNo };
    this.rushes.push({
      ...windows,
      entryCount,
      turnedAwayCount: crowded.reduce((sum, one) => sum + one.turnedAwayCount, 0),
      longestWaitMs: crowded.reduce((most, one) => Math.max(most, one.longestWaitMs), 0),
      endedFull: this.#check(windows, crowded),
    });
  }

  /** Finds faults of a group; the result says whether it ended at its greatest length. */
  #check(group: WindowGroup, crowded: readonly CrowdedWindow[]): boolean {
    const round = this.#round;
    if (round === null) return false;
    const { windowNo } = group;
    if (crowded.length === 0) this.#fault(`window ${windowNo}: a group in which nobody waited`);
    const fault = groupFault(round, group, crowded);
    if (fault !== null) this.#fault(`window ${windowNo}: ${fault}`);
    const isCrowded = crowded.at(-1)?.windowNo === windowNo;
    const isLast = windowNo >= lastWindowNo(round);
    if (!isCrowded || isLast) return false;
    if (endedFull(round, group, crowded)) return true;
    this.#endedCrowded = windowNo;
    return false;
  }
}
