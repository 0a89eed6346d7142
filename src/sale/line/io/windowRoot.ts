import { hash } from "node:crypto";
import { MerkleBuilder, type HashFunction } from "../../../base/merkle.ts";
import { TaskThread } from "../../../threads/thread.ts";
import type { Query, Sql } from "../../../db/connect.ts";
import type { Round } from "../../definition.ts";
import { entryLeaf, type LineEntry } from "../../rank.ts";

/*
 * The Merkle root over a window's entries. It is read and hashed in a thread with a connection of its own: two
 * million entries take half a minute, in which this thread has requests to answer.
 */

/**
 * Node's own SHA-256: the same result as the portable one that browsers use, in a third of the time.
 * By way of a string, which takes 0.3 µs where asking for a buffer takes 1.1.
 */
export const fastSha256: HashFunction = (data) =>
  Buffer.from(hash("sha256", data, "binary"), "binary");

/** Entries read at once; memory does not grow with the window. */
const READ_AT_ONCE = 2_000;

export interface WindowRoot {
  readonly root: Uint8Array;
  readonly entryCount: number;
}

/** A closed window, and what decides the form of its leaves. */
export interface RootTask {
  readonly saleNo: number;
  readonly round: Pick<Round, "roundNo" | "mode">;
  readonly windowNo: number;
}

interface LeafRow {
  readonly entry_id: string;
  readonly tier: number;
  readonly channel_no: number;
  readonly preferences: string;
  readonly arrival_no: number;
  readonly turn_id: string | null;
}

const uuidBytes = (uuid: string) => Buffer.from(uuid.replaceAll("-", ""), "hex");

/** A row as the rules see it. */
function lineEntryOf(row: LeafRow): LineEntry {
  return {
    entryId: uuidBytes(row.entry_id),
    tier: row.tier,
    channelNo: row.channel_no,
    preferences: row.preferences,
    arrivalNo: row.arrival_no,
    turnId: row.turn_id === null ? null : uuidBytes(row.turn_id),
  };
}

/** Root over a closed window's entries, sorted by entry id. Nothing can enter any more. */
export async function windowRoot(
  sql: Query,
  { saleNo, round, windowNo }: RootTask,
): Promise<WindowRoot> {
  const builder = new MerkleBuilder(fastSha256);
  const portions = sql<LeafRow[]>`
    select e.entry_id, e.tier, e.channel_no, e.preferences, e.arrival_no, t.turn_id
    from entry e left join shared_turn t using (sale_no, round_no, entry_id)
    where e.sale_no = ${saleNo} and e.round_no = ${round.roundNo} and e.window_no = ${windowNo}
    order by e.entry_id`.portions(READ_AT_ONCE);
  for await (const rows of portions) {
    for (const row of rows) builder.add(entryLeaf(lineEntryOf(row), round.mode));
  }
  return { root: builder.root(), entryCount: builder.leafCount };
}

const THREAD = new URL("./rootThread.ts", import.meta.url);

/** Where a worker has roots computed: small windows at once, large ones in a thread that stays. */
export class WindowRoots {
  readonly #sql: Sql;
  readonly #thread: TaskThread<RootTask, WindowRoot>;
  readonly #mostHereCount: number;

  /**
   * `mostHereCount`: entries of a window that is computed on this thread, about 10 ms by default. `threadFile`:
   * another thread in its place; tests slow it down.
   */
  constructor(deps: {
    readonly sql: Sql;
    readonly threadFile?: URL;
    readonly mostHereCount?: number;
  }) {
    this.#sql = deps.sql;
    this.#thread = new TaskThread(deps.threadFile ?? THREAD, { target: deps.sql.target });
    this.#mostHereCount = deps.mostHereCount ?? READ_AT_ONCE;
  }

  /** The root; rejects with the reason of `cancel` as soon as that is aborted. */
  async find(task: RootTask, cancel: AbortSignal): Promise<WindowRoot> {
    if (await this.#isSmall(task)) return await windowRoot(this.#sql, task);
    return await this.#thread.ask(task, cancel);
  }

  async #isSmall({ saleNo, round, windowNo }: RootTask): Promise<boolean> {
    const [row] = await this.#sql<{ count: number }[]>`
      select count(*)::int as count from (select 1 from entry
        where sale_no = ${saleNo} and round_no = ${round.roundNo} and window_no = ${windowNo}
        limit ${this.#mostHereCount + 1}) few`;
    return (row?.count ?? 0) <= this.#mostHereCount;
  }

  stop(): Promise<void> {
    return this.#thread.stop();
  }
}
