/*
 * Finds people with several entries in a round's line, in a thread. A failed search must leave
 * everybody their own turn.
 */

import { readProfile } from "../../../access/io/accountStore.ts";
import type { Keyring } from "../../../access/io/keyring.ts";
import { Thread } from "../../../threads/thread.ts";
import type { Sql } from "../../../db/connect.ts";
import type { FoundTurn, TurnEntry } from "../../../integrity/duplicateIndex.ts";
import type { SharedTurn } from "../../sharedTurn.ts";
import type { TurnSharing } from "../../io/turnStore.ts";
import { listApart } from "../../recipient/io/apartStore.ts";
import { readNamedEntries, type NamedEntry } from "./finderStore.ts";
import type { TurnTask, TurnThread } from "./thread.ts";

const THREAD = new URL("./thread.ts", import.meta.url);
/** Entries read and sent per portion; in between the server answers requests. */
const TOLD_AT_ONCE = 2_000;
/** 300,000 entries take 16 s on two slow cores. */
const TIMEOUT_MS = 120_000;

/**
 * Compares name and address as the brand verified them. Entries without them are not searched and
 * keep their turns: nothing that a stranger can copy puts two entries together.
 */
export class TurnFinder implements TurnSharing {
  readonly #sql: Sql;
  readonly #keyring: Keyring;
  readonly #thread: Thread<TurnThread>;
  /** The last window of each round that the thread knows. */
  readonly #toldTo = new Map<string, number>();

  constructor(deps: {
    readonly sql: Sql;
    readonly keyring: Keyring;
    /** Another thread file, for tests of failure. */
    readonly threadFile?: URL;
  }) {
    this.#sql = deps.sql;
    this.#keyring = deps.keyring;
    this.#thread = new Thread(deps.threadFile ?? THREAD, {
      setup: null,
      // A new thread learns everything again.
      onEnd: () => this.#toldTo.clear(),
    });
  }

  async find(
    window: Parameters<TurnSharing["find"]>[0],
    cancel: AbortSignal,
  ): Promise<readonly SharedTurn[]> {
    const round = `${window.saleNo} ${window.roundNo}`;
    try {
      const found = await this.#find(round, window, cancel);
      this.#toldTo.set(round, window.windowNo);
      return found;
    } catch (error) {
      // The thread may know half of a window: start over with a new one.
      await this.stop();
      throw error;
    }
  }

  async #find(
    round: string,
    window: Parameters<TurnSharing["find"]>[0],
    cancel: AbortSignal,
  ): Promise<readonly FoundTurn[]> {
    const toldTo = this.#toldTo.get(round) ?? -1;
    let anew = toldTo === -1;
    let newCount = 0;
    const windows = { afterNo: toldTo, throughNo: window.windowNo };
    for await (const rows of readNamedEntries(this.#sql, window, windows, TOLD_AT_ONCE)) {
      const entries = rows.flatMap((row) => this.#entryOf(row, window.fromWindowNo));
      newCount += entries.length;
      await this.#ask({ round, anew, entries, find: null }, cancel);
      anew = false;
    }
    if (newCount === 0) return [];
    const apart = (await listApart(this.#sql)).map(({ a, b }) => `${a} ${b}`);
    return await this.#ask({ round, anew: false, entries: [], find: { apart } }, cancel);
  }

  #entryOf(row: NamedEntry, sealingFromNo: number): TurnEntry[] {
    const profile = readProfile(this.#keyring, row.profileCipher);
    if (profile === null) return [];
    const { name, address, city } = profile;
    const place = city ? `${address}, ${city}` : address;
    const { entryId, accountKey, windowNo, turnId } = row;
    const entry = { entryId, accountKey, windowNo, name, address: place };
    if (turnId === null && windowNo >= sealingFromNo) return [entry];
    return [{ ...entry, sealedTurnId: turnId ?? entryId }];
  }

  async #ask(task: TurnTask, cancel: AbortSignal): Promise<readonly FoundTurn[]> {
    return await this.#thread.ask(task, { timeoutMs: TIMEOUT_MS, signal: cancel });
  }

  async stop(): Promise<void> {
    await this.#thread.stop();
  }
}
