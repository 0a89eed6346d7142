/*
 * The part of the proof about groups: windows are drawn together by the published rule alone. A
 * false word of the operator about waiting people is on record, and bounded by the length of a
 * group.
 */

import type { Round } from "../sale/definition.ts";
import { endedFull, groupFault, type WindowGroup } from "../sale/group.ts";
import { lastWindowNo } from "../sale/window.ts";
import { FIRST_FORMAT, type RecordHead, type RecordWindow } from "./record.ts";

/** Checks that windows follow each other, and that each group is one by the rule. */
export class GroupProof {
  readonly #fault: (text: string) => void;
  #round: Round | null = null;
  #isFirstFormat = false;
  #lastNo = -1;
  /** A group that ended with a crowded window, so that only the end of the round may follow. */
  #endedCrowded: number | null = null;
  /** Groups of several windows so far. */
  count = 0;

  constructor(fault: (text: string) => void) {
    this.#fault = fault;
  }

  begin(head: RecordHead, round: Round | null): void {
    this.#round = round;
    this.#isFirstFormat = head.format === FIRST_FORMAT;
  }

  window({ windowNo, group }: RecordWindow): void {
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
    if (fromWindowNo < windowNo) this.count++;
    this.#check({ fromWindowNo, windowNo }, group.crowded);
  }

  #check(group: WindowGroup, rows: readonly (readonly [number, number, number])[]): void {
    const round = this.#round;
    if (round === null) return;
    const { windowNo } = group;
    const crowded = rows.map(([no, turnedAwayCount, longestWaitMs]) => ({
      windowNo: no,
      turnedAwayCount,
      longestWaitMs,
    }));
    if (crowded.length === 0) this.#fault(`window ${windowNo}: a group in which nobody waited`);
    const fault = groupFault(round, group, crowded);
    if (fault !== null) this.#fault(`window ${windowNo}: ${fault}`);
    const isCrowded = crowded.at(-1)?.windowNo === windowNo;
    if (!isCrowded || endedFull(round, group, crowded)) return;
    if (windowNo < lastWindowNo(round)) this.#endedCrowded = windowNo;
  }
}
