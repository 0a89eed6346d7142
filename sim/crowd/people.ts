/*
 * The people of a simulated crowd, in columns, so that half a million fit into one process. States
 * of a person: waiting → entered → asking → done.
 */

import { fromHex, toHex } from "../../src/base/bytes.ts";

/** States of a person. */
export const STATES = ["waiting", "entered", "asking", "done"] as const;
export type PersonState = (typeof STATES)[number];

const ID_BYTES = 16;

/** The people. */
export class People {
  readonly count: number;
  readonly #states: Uint8Array;
  readonly #windowNos: Int32Array;
  readonly #entryIds: Uint8Array;
  /** Solved work until it is used. */
  readonly #work: (string | null)[];
  readonly #sessions: (string | null)[] = [];
  #issue: ((index: number) => string) | null = null;

  constructor(count: number) {
    this.count = count;
    this.#states = new Uint8Array(count);
    this.#windowNos = new Int32Array(count).fill(-1);
    this.#entryIds = new Uint8Array(count * ID_BYTES);
    this.#work = Array.from({ length: count }, () => null);
  }

  state(index: number): PersonState {
    return STATES[this.#states[index] as number] as PersonState;
  }

  setState(index: number, state: PersonState): void {
    this.#states[index] = STATES.indexOf(state);
  }

  /** From now on, people without a session get one from this function. */
  issueSessions(issue: (index: number) => string): void {
    this.#issue = issue;
  }

  setSession(index: number, session: string): void {
    this.#sessions[index] = session;
  }

  session(index: number): string | null {
    return this.#sessions[index] ?? this.#issue?.(index) ?? null;
  }

  setWork(index: number, work: string | null): void {
    this.#work[index] = work;
  }

  work(index: number): string | null {
    return this.#work[index] ?? null;
  }

  setEntry(index: number, entryId: string, windowNo: number): void {
    this.#entryIds.set(fromHex(entryId.replaceAll("-", "")) as Uint8Array, index * ID_BYTES);
    this.#windowNos[index] = windowNo;
    this.setState(index, "entered");
  }

  /** 32 hexadecimal characters. */
  entryId(index: number): string {
    return toHex(this.#entryIds.subarray(index * ID_BYTES, (index + 1) * ID_BYTES));
  }

  windowNo(index: number): number {
    return this.#windowNos[index] as number;
  }
}
