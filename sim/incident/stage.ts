/*
 * The stage of the story: a real server on a database of its own, a clock that the story moves, and
 * the outside world.
 */

import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import pino from "pino";
import { createKeyring, type Keyring } from "../../src/access/io/keyring.ts";
import { ensureDatabase, openBackend } from "../../src/db/backend.ts";
import { connect, type Sql } from "../../src/db/connect.ts";
import { migrate, readMigrations } from "../../src/db/migrate.ts";
import { createServer, type Server } from "../../src/server.ts";
import { SimulatedBrand } from "../crowd/brand.ts";
import { FakeChannel } from "../fakes/fakeChannel.ts";
import { Api } from "./api.ts";

/** A clock moved by the story: two days pass in a minute. */
export class StoryClock {
  #ms: number;
  #flowsSinceMs: number | null = null;

  constructor(ms: number) {
    this.#ms = ms;
  }

  nowMs(): number {
    return this.#flowsSinceMs === null ? this.#ms : this.#ms + Date.now() - this.#flowsSinceMs;
  }

  /** From now on time flows by itself, for a user who looks around afterwards. */
  flow(): void {
    this.#flowsSinceMs ??= Date.now();
  }

  /** Moves to a moment; never back. */
  moveTo(ms: number): void {
    this.#ms = Math.max(this.nowMs(), ms);
    if (this.#flowsSinceMs !== null) this.#flowsSinceMs = Date.now();
  }
}

/** Everything the story runs on. */
export interface Stage {
  readonly sql: Sql;
  readonly keyring: Keyring;
  readonly clock: StoryClock;
  readonly server: Server;
  readonly api: Api;
  readonly address: string;
  readonly brand: SimulatedBrand;
  /** Lazada, as far as it is told about cancellations. */
  readonly channel: FakeChannel;
  close(): Promise<void>;
}

/** The database and keys that the story runs on. */
export interface StageGround {
  readonly sql: Sql;
  readonly entryPool: Sql;
  readonly keyring: Keyring;
  /** The address in notices; null for the stage's own. */
  readonly publicUrl: string | null;
}

/** Opens a stage on a database; closing leaves the database as it is. */
export async function setStage(ground: StageGround, startMs: number): Promise<Stage> {
  const { sql, entryPool, keyring, publicUrl } = ground;
  const clock = new StoryClock(startMs);
  const brand = new SimulatedBrand();
  const channel = await FakeChannel.start();
  const server = await createServer({
    sql,
    entryPool,
    keyring,
    clock,
    worker: false,
    brandLogin: brand.login,
    logger: pino({ level: "error" }),
    mail: null,
    payments: "sandbox",
    addressRule: null,
    secureCookies: false,
    // The crowd's own addresses come in a header, as from a proxy.
    trustedProxies: ["127.0.0.1"],
    publicUrl,
    notices: false,
    channelHooks: { lazada: channel.settings },
  });
  const address = await server.listen("127.0.0.1", 0);
  const api = new Api(address);
  return {
    sql,
    keyring,
    clock,
    server,
    api,
    address,
    brand,
    channel,
    close: async () => {
      api.close();
      await server.close();
      await channel.stop();
    },
  };
}

/** Opens a stage in a temporary folder. */
export async function openStage(startMs: number, say: (line: string) => void): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "giliran-replay-"));
  // Open to the user of the database server, so that all its files are in here and are removed with
  // it.
  chmodSync(folder, 0o755);
  const backend = await openBackend({ homeFolder: folder, purpose: "replay", as: "alone", say });
  await ensureDatabase(backend);
  const sql = connect(backend.target, { poolSize: 10, name: "giliran replay" });
  const entryPool = connect(backend.target, { poolSize: 2, name: "giliran replay entries" });
  await migrate(sql, readMigrations());
  const stage = await setStage(
    { sql, entryPool, keyring: createKeyring(randomBytes(32)), publicUrl: null },
    startMs,
  );
  return {
    ...stage,
    close: async () => {
      await stage.close();
      await Promise.all([sql.end({ timeout: 5 }), entryPool.end({ timeout: 5 })]);
      await backend.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
