/*
 * Opens a command's database: backend, pool, migrations, keys.
 * Must never happen: a server starts with another secret than its database was set up with, which
 * would void all tickets and sessions.
 */

import { resolve } from "node:path";
import pino from "pino";
import {
  createKeyring,
  loadMasterSecret,
  SecretError,
  type Keyring,
} from "../access/io/keyring.ts";
import { ensureDatabase, openBackend, type Backend } from "../db/backend.ts";
import { connect, type Sql } from "../db/connect.ts";
import { claimInstallation } from "../access/io/installationStore.ts";
import { migrate, readMigrations } from "../db/migrate.ts";
import { secretFrom, type Settings } from "./settings.ts";

/** An open, migrated database and its keys. */
export interface Opened {
  readonly backend: Backend;
  readonly sql: Sql;
  readonly keyring: Keyring;
  readonly migrated: readonly string[];
  /** Closes pool and database; an embedded server within `withinMs`, if given. */
  close(withinMs?: number): Promise<void>;
}

export interface OpenOptions {
  readonly settings: Settings;
  readonly purpose: string;
  readonly as: "alone" | "guest";
  readonly poolSize?: number;
  /** Connections that the embedded database allows, where more are needed than it has by default. */
  readonly connectionCount?: number;
  readonly say?: (line: string) => void;
}

/** A database remembers the fingerprint of its secret; another secret is refused. */
async function checkSecret(sql: Sql, keyring: Keyring): Promise<void> {
  if ((await claimInstallation(sql, keyring.fingerprint)) !== keyring.fingerprint) {
    throw new SecretError(
      "This database was set up with another secret. With this one every ticket and session handed " +
        "out so far would be void, so nothing was started. Give the right GILIRAN_SECRET (or restore " +
        "secret.key in the data folder).",
    );
  }
}

/** Opens and migrates the database; closes everything again if a step fails. */
export async function openDatabase(options: OpenOptions): Promise<Opened> {
  const { settings } = options;
  const homeFolder = resolve(settings.GILIRAN_DATA);
  const keyring = createKeyring(loadMasterSecret(homeFolder, secretFrom(settings)));
  const backend = await openBackend({
    databaseUrl: settings.DATABASE_URL,
    homeFolder,
    purpose: options.purpose,
    as: options.as,
    only: settings.GILIRAN_DATABASE,
    ...(options.connectionCount === undefined
      ? {}
      : { settings: { max_connections: String(options.connectionCount) } }),
    ...(options.say ? { say: options.say } : {}),
  });
  let sql: Sql | null = null;
  try {
    await ensureDatabase(backend);
    const poolSize = options.poolSize ?? 4;
    const name = `giliran ${options.purpose}`.slice(0, 63);
    // Requests have a timeout; a command may take as long as it needs.
    const deadline = options.as === "alone" ? "request" : "bulk";
    const opened = connect(backend.target, { poolSize, name, deadline });
    sql = opened;
    const migrated = await migrate(opened.within("bulk"), readMigrations());
    await checkSecret(opened, keyring);
    return {
      backend,
      sql: opened,
      keyring,
      migrated,
      close: async (withinMs) => {
        await opened.end({ timeout: withinMs === undefined ? 5 : 1 });
        await backend.close(withinMs);
      },
    };
  } catch (error) {
    // An open pool would keep the process alive after its error message.
    await sql?.end({ timeout: 5 });
    await backend.close();
    throw error;
  }
}

/** The server's log says what happened, never to whom: identifiers and bodies are removed. */
export function createLogger(settings: Settings, childNo: number | null = null): pino.Logger {
  return pino({
    // Several processes write to one log: each line names its own.
    ...(childNo === null ? {} : { base: { pid: process.pid, server: childNo } }),
    level: settings.LOG_LEVEL,
    redact: {
      paths: ["req", "res", "err.query", "err.parameters", "err.args", "err.detail"],
      remove: true,
    },
  });
}
