/*
 * Notices a database that went back: a change-over to a replica that lacked the last commits, or a
 * restored backup. Timelines and log positions mislead; a number of our own, acknowledged and gone,
 * does not. States: sound, found (a setback is to be written), closed (one is open in the
 * database; all servers see it) and sound again once an operator says go on.
 * Must never happen: joins are taken on top of lost ones without anybody having decided so.
 */

import { readdirSync, readFileSync, rmSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Query, Sql } from "./connect.ts";

/** How often the number is written and compared, in ms: a setback is found within two seconds. */
const BEAT_MS = 500;

/** The last number that the database acknowledged to a server. */
export interface Acknowledged {
  readonly serverId: string;
  readonly fenceNo: number;
  readonly entryCount: number;
  /** Which database it was: when that was set up. A number says nothing about any other. */
  readonly setUpAt: string;
}

/** Something acknowledged since the last beat; resolves to whether the database still has it. */
export type Witness = () => Promise<boolean>;

interface FenceOptions {
  readonly sql: Sql;
  readonly serverId: string;
  /** Where the last acknowledged number outlives this process; null: nowhere. */
  readonly folder: string | null;
  readonly logger: { error(about: object, text: string): void };
}

interface FenceRow {
  readonly fenceNo: number;
  readonly entryCount: number;
  readonly writtenAt: Date;
}

async function readFence(sql: Query, serverId: string): Promise<FenceRow | null> {
  const [row] = await sql<FenceRow[]>`
    select fence_no, entry_count, written_at from server_fence where server_id = ${serverId}`;
  return row ?? null;
}

/** When the database was set up, in s to the microsecond; "" for one that was not. A restored one says the same. */
async function readSetUpAt(sql: Query): Promise<string> {
  const [row] = await sql<{ setUpAt: string }[]>`
    select extract(epoch from created_at)::text as set_up_at from installation`;
  return row?.setUpAt ?? "";
}

/** Writes the next number if the database has the last one, and says whether it had. */
async function writeFence(
  sql: Query,
  { serverId, fenceNo, entryCount }: Acknowledged,
  lastNo: number,
): Promise<boolean> {
  if (lastNo === 0) {
    await sql`
      insert into server_fence (server_id, fence_no, entry_count, written_at)
      values (${serverId}, ${fenceNo}, ${entryCount}, clock_timestamp())
      on conflict (server_id) do update set fence_no = excluded.fence_no,
        entry_count = excluded.entry_count, written_at = excluded.written_at`;
    return true;
  }
  const { count } = await sql`
    update server_fence set fence_no = ${fenceNo}, entry_count = ${entryCount},
      written_at = clock_timestamp()
    where server_id = ${serverId} and fence_no >= ${lastNo}`;
  return count > 0;
}

async function insertSetback(
  sql: Query,
  serverId: string,
  backTo: Date | null,
  lostEntryCount: number | null,
): Promise<void> {
  await sql`
    insert into setback (server_id, found_at, back_to, lost_entry_count)
    values (${serverId}, clock_timestamp(), ${backTo}, ${lostEntryCount})`;
}

/** A setback that nobody has decided about. */
export interface OpenSetback {
  readonly setbackNo: number;
  readonly foundAt: Date;
  readonly backTo: Date | null;
  readonly lostEntryCount: number | null;
}

export async function listOpenSetbacks(sql: Query): Promise<OpenSetback[]> {
  return await sql<OpenSetback[]>`
    select setback_no, found_at, back_to, lost_entry_count from setback
    where went_on_at is null order by setback_no`;
}

/** Opens sales again, for every server; returns how many setbacks that settles. */
export async function settleSetbacks(sql: Query, byName: string): Promise<number> {
  const { count } = await sql`
    update setback set went_on_at = clock_timestamp(), went_on_by = ${byName}
    where went_on_at is null`;
  return count;
}

const FILE = /^fence-[0-9a-f-]{36}\.json$/;

/** The numbers of earlier servers of this folder. */
function readFiles(folder: string): { readonly path: string; readonly last: Acknowledged }[] {
  return readdirSync(folder)
    .filter((name) => FILE.test(name))
    .flatMap((name) => {
      const path = join(folder, name);
      try {
        return [{ path, last: JSON.parse(readFileSync(path, "utf8")) as Acknowledged }];
      } catch {
        // Half-written, or taken away by a server that started at the same moment.
        return [];
      }
    });
}

/** One server's fence. */
export class Fence {
  readonly #options: FenceOptions;
  readonly #sql: Sql;
  #setUpAt = "";
  #fenceNo = 0;
  #entryCount = 0;
  #witness: Witness | null = null;
  #isFound = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | null = null;
  #beating: Promise<void> | null = null;

  constructor(options: FenceOptions) {
    this.#options = options;
    this.#sql = options.sql.within("probe");
  }

  /** Whether nothing may be sold until an operator says go on. */
  get isClosed(): boolean {
    return this.#isFound || this.#isClosed;
  }

  /** Joins were acknowledged; the latest of them can be looked for. */
  saw(entryCount: number, witness: Witness): void {
    this.#entryCount += entryCount;
    this.#witness = witness;
  }

  /** Compares what earlier servers of this folder were acknowledged, then beats. */
  async start(): Promise<void> {
    const { folder } = this.#options;
    if (folder !== null) {
      await mkdir(folder, { recursive: true });
      this.#setUpAt = await readSetUpAt(this.#sql);
      const files = readFiles(folder).filter(({ last }) => last.setUpAt === this.#setUpAt);
      for (const { last } of files) await this.#compare(last);
      await this.beat();
      for (const { path } of files) rmSync(path, { force: true });
    }
    this.#timer = setInterval(() => void this.#beatAlone(), BEAT_MS).unref();
  }

  /** Ends after a last beat, so that the next server compares with the latest number. */
  async stop(): Promise<void> {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    await this.#beatAlone();
  }

  #beatAlone(): Promise<void> {
    // The database is away: the next beat compares.
    this.#beating ??= this.beat()
      .catch(() => undefined)
      .finally(() => (this.#beating = null));
    return this.#beating;
  }

  /** One comparison. Public for tests, which have no timers. */
  async beat(): Promise<void> {
    const { serverId } = this.#options;
    const witness = this.#witness;
    const setUpAt = this.#setUpAt;
    const next = { serverId, setUpAt, fenceNo: this.#fenceNo + 1, entryCount: this.#entryCount };
    const isLast = !this.#isFound && (witness === null || (await witness()));
    if (!this.#isFound && (!isLast || !(await writeFence(this.#sql, next, this.#fenceNo)))) {
      this.#isFound = true;
    }
    if (this.#isFound) await this.#report();
    else {
      this.#fenceNo = next.fenceNo;
      if (this.#witness === witness) this.#witness = null;
      await this.#remember(next);
    }
    this.#isClosed = (await listOpenSetbacks(this.#sql)).length > 0;
  }

  /** Writes the setback; the fence starts again from the database as it is. */
  async #report(): Promise<void> {
    const { serverId } = this.#options;
    const row = await readFence(this.#sql, serverId);
    const lostEntryCount = this.#entryCount - (row?.entryCount ?? 0);
    await insertSetback(this.#sql, serverId, row?.writtenAt ?? null, lostEntryCount);
    this.#tell(lostEntryCount);
    this.#entryCount = row?.entryCount ?? 0;
    this.#fenceNo = 0;
    this.#witness = null;
    this.#isFound = false;
    this.#isClosed = true;
  }

  async #compare({ serverId, fenceNo, entryCount }: Acknowledged): Promise<void> {
    const row = await readFence(this.#sql, serverId);
    if (row !== null && row.fenceNo >= fenceNo) return;
    const lostEntryCount = row === null ? null : Math.max(0, entryCount - row.entryCount);
    await insertSetback(this.#sql, serverId, row?.writtenAt ?? null, lostEntryCount);
    this.#tell(lostEntryCount);
  }

  #tell(lostEntryCount: number | null): void {
    const text = "the database went back: nothing is sold until an operator says go on";
    this.#options.logger.error({ lostEntryCount, command: "giliran go-on" }, text);
  }

  async #remember(last: Acknowledged): Promise<void> {
    const { folder, serverId } = this.#options;
    if (folder === null) return;
    const path = join(folder, `fence-${serverId}.json`);
    await writeFile(`${path}.new`, JSON.stringify(last));
    await rename(`${path}.new`, path);
  }
}

/** The words of `doctor` about setbacks that nobody has decided about. */
export function setbackWords(open: readonly OpenSetback[]): string {
  if (open.length === 0) return "the database has everything that servers acknowledged";
  return open
    .map(({ foundAt, backTo, lostEntryCount }) => {
      const to = backTo === null ? "an unknown moment" : backTo.toISOString();
      const lost = lostEntryCount === null ? "an unknown number of" : String(lostEntryCount);
      return `found ${foundAt.toISOString()}: the database went back to ${to}, ${lost} acknowledged joins are lost`;
    })
    .join("; ");
}
