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

/** Records kept: an open file each. The one that was asked for longest ago goes first. */
const KEPT_COUNT = 8;
/** Between two writings nine times as long as one took: all askers together cost a tenth of a core. */
const PAUSE_FACTOR = 9;
/** Whoever asks for a changed record waits this long for the new one, else gets the one that there is. */
const TIMEOUT_MS = 5_000;
/** Hex digests hardly shrink further at a higher level, which takes twice as long. */
const GZIP_LEVEL = 4;

/** A record as it stood at one moment: a compressed file without a name, which ends with the process. */
export class RecordFile {
  readonly etag: string;
  /** Bytes, compressed. */
  readonly size: number;
  readonly #file: FileHandle;
  #readerCount = 0;
  #dropped = false;

  constructor(file: FileHandle, facts: { readonly etag: string; readonly size: number }) {
    this.#file = file;
    this.etag = facts.etag;
    this.size = facts.size;
  }

  /** Its compressed bytes; any number of readers at once. */
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

  /** Gives the file back once the last reader is done. */
  async drop(): Promise<void> {
    this.#dropped = true;
    // Whoever was given it in this turn of the loop begins to read before it is closed.
    await new Promise((go) => setImmediate(go));
    await this.#closeIfUnread();
  }

  async #closeIfUnread(): Promise<void> {
    if (this.#dropped && this.#readerCount === 0) await this.#file.close();
  }
}

/** Opens a new file and takes its name away at once: a killed process leaves nothing behind. */
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
  /** What the round's state was when the file was written. */
  state: string;
  tookMs: number;
  endedAtMs: number;
  writing: Promise<void> | null;
  /** The look at the round's state that is under way; whoever asks meanwhile shares it. */
  look: Promise<string> | null;
}

/**
 * Public records, each written once for each state of its round and then read from the disk: one may be tens of
 * megabytes, and nobody's download holds a transaction or makes the server read the line again. Nothing of a
 * round that is over is final: a refund or an appeal may still move a unit, so the state is looked up.
 */
export class RecordFiles {
  readonly #sql: Sql;
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();
  /** One is written at a time: each takes a connection, and a processor for as long as it lasts. */
  #last: Promise<void> = Promise.resolve();

  constructor(sql: Sql, clock: Clock) {
    this.#sql = sql;
    this.#clock = clock;
  }

  /** The record of a round, newest or, where that takes long, the one before. */
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

  /** The place of a record, now the last to go. */
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
      // Read before the record, so that a change in between is seen at the next look.
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
