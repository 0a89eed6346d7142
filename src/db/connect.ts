import { createHash } from "node:crypto";
import pg from "pg";
import Cursor from "pg-cursor";
import { RowQueue } from "./rowQueue.ts";
import { createQuery, type Compiled, type Query, type Runner } from "./sql.ts";
import { asTransaction } from "./transactionGuard.ts";

export type { Query };
/** A transaction on one connection. */
export interface Transaction extends Query {
  /**
   * Has something done right before the commit, after all other work: for rows that everybody wants, so that
   * they are held for this and the commit. Transactions of this process that want one of the same `rows` wait
   * for each other here; in the database each commit would wake all who wait, for one of them to get it.
   * Nothing of the same transaction may build on it, and a transaction has it once.
   */
  last(rows: readonly string[], work: () => PromiseLike<unknown>): void;
}

/** A pool of connections: statements run on whichever is free. */
export interface Sql extends Query {
  /** Where it leads: a thread opens connections of its own. */
  readonly target: DatabaseTarget;
  /** Runs `work` in a transaction: committed when it resolves, rolled back when it rejects. */
  begin<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** The same with a mode, such as `isolation level repeatable read read only`. */
  begin<T>(mode: string, work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Ends after the statements in hand; those that need longer are given up after `timeout` seconds. */
  end(options?: { readonly timeout?: number }): Promise<void>;
}

/** The connection broke, or none could be had: whether the statement was done is unknown. */
export class ConnectionError extends Error {
  override name = "ConnectionError";
}

/** Where the database is: a URL, or a socket of our own cluster. */
export type DatabaseTarget =
  | { readonly url: string }
  | { readonly socketFolder: string; readonly database: string };

export interface ConnectOptions {
  /** Connections at most. */
  readonly poolSize: number;
  /** What `pg_stat_activity` calls us. */
  readonly name: string;
  /**
   * How long a statement waits for a row that somebody else holds. Short for requests: the caller is
   * told to repeat with the same key. Too short refuses people under load, too long stalls the pool.
   */
  readonly lockTimeoutMs?: number;
}

const LOCK_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** A transaction whose process went away must not hold its rows for ever. */
const IDLE_IN_TRANSACTION_MS = 30_000;

const BIGINT = 20;

/** `bigint` comes as a JavaScript number: none of ours passes 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: string) =>
    oid === BIGINT
      ? (text: string) => Number(text)
      : (pg.types.getTypeParser as (oid: number, format?: string) => unknown)(oid, format),
} as pg.CustomTypesConfig;

function poolConfig(target: DatabaseTarget, options: ConnectOptions): pg.PoolConfig {
  return {
    ...("url" in target
      ? { connectionString: target.url }
      : { host: target.socketFolder, port: 5432, user: "giliran", database: target.database }),
    max: options.poolSize,
    application_name: options.name,
    lock_timeout: options.lockTimeoutMs ?? LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 0,
    types,
  };
}

/** Names of prepared statements by text: each connection parses and plans a text once. */
const names = new Map<string, string>();
/** Texts are written in the source, so there are few; a bound all the same. */
const MOST_NAMES = 2_000;

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MOST_NAMES) return known;
  const name = createHash("sha256").update(text).digest("base64url").slice(0, 22);
  names.set(text, name);
  return name;
}

async function run(client: pg.ClientBase, { text, values, plannedAnew }: Compiled) {
  try {
    // Without parameters the simple protocol is used, which takes several statements at once.
    const result = await (values.length === 0
      ? client.query(text)
      : client.query({
          ...{ text, values: values as unknown[] },
          ...(plannedAnew ? {} : { name: nameOf(text) }),
        } as pg.QueryConfig));
    // Of several statements there are several results; what is asked for is the last one's.
    const last = Array.isArray(result) ? (result as pg.QueryResult[]).at(-1)! : result;
    return { rows: last.rows as unknown[], count: last.rowCount ?? 0 };
  } catch (error) {
    throw asOurs(error);
  }
}

/** The driver's errors without a SQLSTATE are about the connection, but for mistakes in the call itself. */
function asOurs(error: unknown): unknown {
  if (error instanceof pg.DatabaseError || error instanceof TypeError) return error;
  return new ConnectionError((error as Error).message, { cause: error });
}

async function* readPortions(client: pg.ClientBase, { text, values }: Compiled, size: number) {
  const cursor = client.query(new Cursor(text, values as unknown[], { types }));
  try {
    for (;;) {
      const rows = (await cursor.read(size)) as unknown[];
      if (rows.length > 0) yield rows;
      if (rows.length < size) return;
    }
  } catch (error) {
    throw asOurs(error);
  } finally {
    await cursor.close().catch(() => undefined);
  }
}

const onClient = (client: pg.ClientBase): Runner => ({
  run: (statement) => run(client, statement),
  portions: (statement, size) => readPortions(client, statement, size),
});

/**
 * Whether the connection is gone with it: the database says FATAL before it closes one. Where it speaks another
 * language than English every error counts as that: dearer, not wrong.
 */
function breaks(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return error.severity !== "ERROR";
  return error instanceof ConnectionError;
}

/** A connection of the pool's, for as long as `use` takes; one that broke is not given back. */
async function withClient<T>(
  pool: pg.Pool,
  use: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  let client: pg.PoolClient;
  try {
    client = await pool.connect();
  } catch (error) {
    throw asOurs(error);
  }
  try {
    const result = await use(client);
    client.release();
    return result;
  } catch (error) {
    client.release(breaks(error));
    throw error;
  }
}

interface LastWork {
  readonly rows: readonly string[];
  readonly work: () => PromiseLike<unknown>;
}

interface TransactOptions {
  readonly mode: string;
  readonly rows: RowQueue;
  readonly lockTimeoutMs: number;
}

async function transact<T>(
  client: pg.ClientBase,
  { mode, rows, lockTimeoutMs }: TransactOptions,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const runner = onClient(client);
  await runner.run({ text: `begin ${mode}`, values: [] });
  const lasts: LastWork[] = [];
  const last = (wanted: readonly string[], one: LastWork["work"]) => {
    if (lasts.length > 0) throw new Error("a transaction has one last work");
    lasts.push({ rows: wanted, work: one });
  };
  try {
    const result = await work(Object.assign(createQuery(runner), { last }));
    const wanted = lasts[0];
    if (wanted === undefined) return await commit(client, result);
    return await rows.alone(wanted.rows, lockTimeoutMs, async () => {
      await wanted.work();
      return await commit(client, result);
    });
  } catch (error) {
    // After a commit that failed there is nothing to take back, and the database says just that. If even this
    // fails the connection is gone, and the transaction with it.
    await runner.run({ text: "rollback", values: [] });
    throw error;
  }
}

async function commit<T>(client: pg.ClientBase, result: T): Promise<T> {
  const committed = await client.query("commit").catch((error: unknown) => {
    throw asOurs(error);
  });
  // A statement whose failure the work passed over has ended the transaction already.
  if (committed.command !== "COMMIT") throw new Error("the transaction was rolled back");
  return result;
}

/** Opens a pool; connections are made when first needed. */
export function connect(target: DatabaseTarget, options: ConnectOptions): Sql {
  const pool = new pg.Pool(poolConfig(target, options));
  // A connection that breaks says so to whoever uses it; without a listener it would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => void client.on("error", () => undefined));
  const query = createQuery({
    // Not by the pool's own means: they drop a connection for any error, a repeated key, too.
    run: (statement) => withClient(pool, (client) => run(client, statement)),
    portions: async function* (statement, size) {
      const client = await pool.connect();
      try {
        yield* readPortions(client, statement, size);
      } finally {
        client.release();
      }
    },
  });
  const rows = new RowQueue();
  const lockTimeoutMs = options.lockTimeoutMs ?? LOCK_TIMEOUT_MS;
  const begin = <T>(
    first: string | ((tx: Transaction) => Promise<T>),
    second?: (tx: Transaction) => Promise<T>,
  ) =>
    withClient(pool, (client) => {
      const [mode, work] = typeof first === "string" ? [first, second!] : ["", first];
      return asTransaction(() => transact(client, { mode, rows, lockTimeoutMs }, work));
    });
  const end = async ({ timeout = 5 }: { readonly timeout?: number } = {}) => {
    const patience = setTimeout(() => undefined, timeout * 1000);
    const tooLong = new Promise<void>((resume) => setTimeout(resume, timeout * 1000).unref());
    await Promise.race([pool.end(), tooLong]);
    clearTimeout(patience);
  };
  return Object.assign(query, { target, begin, end }) as Sql;
}

/** SQLSTATE of a database error; undefined for anything else (a broken connection has none). */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** The database is away or restarting, or a row is held for long: the same work, tried again later, may succeed. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  const state = sqlState(error);
  return state !== undefined && /^(57P0[123]|55P03|53\d{3}|40001|40P01|08\d{3})$/.test(state);
}

/** Serialization failure, deadlock: the same work, tried again, succeeds. */
export function isRetryable(error: unknown): boolean {
  const state = sqlState(error);
  return state === "40001" || state === "40P01";
}

/** A unique key has it already. */
export function isRepeated(error: unknown): boolean {
  return sqlState(error) === "23505";
}

/**
 * Runs `work` in a transaction and once more where the database says that trying again helps. The
 * work must do nothing outside the transaction. Lock order: docs/reference/locks.md.
 */
export async function inTransaction<T>(
  sql: Sql,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return (await sql.begin(work)) as T;
    } catch (error) {
      if (attempt >= 5 || !isRetryable(error)) throw error;
    }
  }
}
