/*
 * Files of public records. States of a record: absent, being written, fresh, stale. A download must
 * never hold a transaction, and a killed process must leave no file.
 */

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, open, rm, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { Clock } from "../../base/clock.ts";
import type { Sql } from "../../db/connect.ts";
import type { StoredSale } from "../../sale/io/saleStore.ts";
import { readRecordState, writeRecord } from "./recordStore.ts";

/** Open record files; the least recently used goes first. */
const KEPT_COUNT = 8;
/**
 * Pause between two writings, as a multiple of the last one's duration: all readers together cost a
 * tenth of a core.
 */
const PAUSE_FACTOR = 9;
/** A reader of a changed record waits this long for the new one, then gets the previous one. */
const TIMEOUT_MS = 5_000;
/** Hex digests hardly shrink further at a higher level, which takes twice as long. */
const GZIP_LEVEL = 4;

/** A record at one moment: a compressed file without a name, which ends with the process. */
export class RecordFile {
  readonly etag: string;
  /** Compressed size in bytes. */
  readonly size: number;
  readonly #file: FileHandle;
  #readerCount = 0;
  #dropped = false;

  constructor(file: FileHandle, facts: { readonly etag: string; readonly size: number }) {
    this.#file = file;
    this.etag = facts.etag;
    this.size = facts.size;
  }

  /** The compressed bytes; any number of readers at once. */
  read(): Readable {
    this.#readerCount++;
    const { fd } = this.#file;
    const stream = createReadStream("", { fd, start: 0, end: this.size - 1, autoClose: false });
    stream.once("close", () => {
      this.#readerCount--;
      void this.#closeIfUnread();
    });
    return stream;
  }

  /** Closes the file after the last reader. */
  async drop(): Promise<void> {
    this.#dropped = true;
    // A reader that got the file in this turn of the event loop starts reading before it is closed.
    await new Promise((go) => setImmediate(go));
    await this.#closeIfUnread();
  }

  async #closeIfUnread(): Promise<void> {
    if (this.#dropped && this.#readerCount === 0) await this.#file.close();
  }
}

/** Opens a new file and unlinks it at once: a killed process leaves nothing behind. */
async function namelessFile(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), "giliran-record-"));
  try {
    return await open(join(folder, "record.gz"), "w+");
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function write(
  sql: Sql,
  sale: StoredSale,
  { roundNo, nowMs }: { readonly roundNo: number; readonly nowMs: number },
): Promise<RecordFile> {
  const file = await namelessFile();
  const gzip = createGzip({ level: GZIP_LEVEL });
  try {
    const digest = createHash("sha256");
    const written = pipeline(gzip, file.createWriteStream({ autoClose: false }));
    // Awaited below; a failure before that must not end the process.
    written.catch(() => undefined);
    const add = async (lines: readonly unknown[]) => {
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
      digest.update(text);
      if (!gzip.write(text)) await Promise.race([once(gzip, "drain"), written]);
    };
    await writeRecord(sql, sale, roundNo, { nowMs, write: add });
    gzip.end();
    await written;
    const etag = `W/"${digest.digest("base64url").slice(0, 22)}"`;
    return new RecordFile(file, { etag, size: (await file.stat()).size });
  } catch (error) {
    gzip.destroy();
    await file.close();
    throw error;
  }
}

interface Kept {
  file: RecordFile | null;
  /** The round's state when the file was written. */
  state: string;
  tookMs: number;
  endedAtMs: number;
  writing: Promise<void> | null;
  /** The running check of the round's state, shared by all readers. */
  look: Promise<string> | null;
}

/**
 * Public records, written once per state of the round and then read from disk: a record may be tens
 * of megabytes, no download holds a transaction, and the server does not read the line again. Even
 * a finished round is not final: a refund or an appeal may still move a unit, so the state is
 * checked.
 */
export class RecordFiles {
  readonly #sql: Sql;
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();
  /** One record is written at a time: each takes a connection and a core while it lasts. */
  #last: Promise<void> = Promise.resolve();

  constructor(sql: Sql, clock: Clock) {
    this.#sql = sql;
    this.#clock = clock;
  }

  /** The newest record of a round or, if writing takes long, the previous one. */
  async find(sale: StoredSale, roundNo: number): Promise<RecordFile> {
    const kept = this.#keptOf(`${sale.saleNo} ${roundNo}`);
    const state = await this.#stateOf(kept, sale, roundNo);
    if (kept.file && kept.state === state) return kept.file;
    kept.writing ??= this.#renew(kept, sale, roundNo).finally(() => (kept.writing = null));
    if (kept.file) await Promise.race([kept.writing, delay(TIMEOUT_MS)]);
    else await kept.writing;
    if (!kept.file) throw new Error("a record was not written");
    return kept.file;
  }

  async close(): Promise<void> {
    const all = [...this.#kept.values()];
    this.#kept.clear();
    for (const kept of all) {
      await kept.writing?.catch(() => undefined);
      await kept.file?.drop();
    }
  }

  /** The entry of a record, now most recently used. */
  #keptOf(key: string): Kept {
    const nothing = { file: null, state: "", tookMs: 0, endedAtMs: 0, writing: null, look: null };
    const kept = this.#kept.get(key) ?? nothing;
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    for (const [oldest, { file, writing }] of this.#kept) {
      if (this.#kept.size <= KEPT_COUNT) break;
      if (writing) continue;
      this.#kept.delete(oldest);
      void file?.drop();
    }
    return kept;
  }

  async #stateOf(kept: Kept, sale: StoredSale, roundNo: number): Promise<string> {
    kept.look ??= readRecordState(this.#sql, sale, roundNo, this.#clock.nowMs()).finally(
      () => (kept.look = null),
    );
    return await kept.look;
  }

  async #renew(kept: Kept, sale: StoredSale, roundNo: number): Promise<void> {
    const waitMs = kept.endedAtMs + PAUSE_FACTOR * kept.tookMs - performance.now();
    if (kept.file && waitMs > 0) await delay(waitMs);
    const before = this.#last;
    const turn = Promise.withResolvers<void>();
    this.#last = turn.promise;
    await before;
    try {
      const nowMs = this.#clock.nowMs();
      const startMs = performance.now();
      // Read before the record, so that a change in between is noticed at the next check.
      const state = await readRecordState(this.#sql, sale, roundNo, nowMs);
      const file = await write(this.#sql, sale, { roundNo, nowMs });
      await kept.file?.drop();
      kept.endedAtMs = performance.now();
      Object.assign(kept, { file, state, tookMs: kept.endedAtMs - startMs });
    } finally {
      turn.resolve();
    }
  }
}

const delay = (ms: number) => new Promise<void>((go) => setTimeout(go, ms).unref());
