/*
 * Connections to PostgreSQL: pools, transactions, deadlines, and what an error means.
 * A connection whose state is uncertain (broken, silent, in an unknown transaction) is closed,
 * never reused: a spared reconnect is not worth a statement in a stranger's transaction.
 */

import { must } from "../base/assert.ts";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import Cursor from "pg-cursor";
import { DEADLINES, deadlineOf, type Deadline, type DeadlineName } from "./deadlines.ts";
import { processOf, socketOf } from "./client/insides.ts";
import { nameOf, types } from "./client/statements.ts";
import { choiceOf, clientClass, hostNoOf, type HostChoice } from "./client/hostChoice.ts";
import { KeyedMutex } from "./keyedMutex.ts";
import { asRows, createQuery, type Compiled, type Query, type Runner } from "./sql.ts";
import { asTransaction } from "./transactionGuard.ts";

export type { Query };
/** A transaction on one connection. */
export interface Transaction extends Query {
  /**
   * Defers work until right before the commit, for hot rows: their locks are held for this work and
   * the commit only. Transactions of this process that want one of the same `rows` queue here; in
   * the database each commit would wake all waiters, and only one gets the row. Nothing in the same
   * transaction may build on the result, and a transaction calls it once.
   */
  last(rows: readonly string[], work: () => PromiseLike<unknown>): void;
  /** Gives the following statements of this transaction the deadlines of another class. */
  allow(deadline: DeadlineName): Promise<void>;
}

/** A pool of connections: a statement runs on any free one. */
export interface Sql extends Query {
  /** The address of the database: a thread opens its own connections to it. */
  readonly target: DatabaseTarget;
  /** Runs `work` in a transaction: commits if it resolves, rolls back if it rejects. */
  begin<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** The same with a mode, such as `isolation level repeatable read read only`. */
  begin<T>(mode: string, work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** The same database with the deadlines of another class, on connections of its own. */
  within(deadline: DeadlineName): Sql;
  /**
   * The number of the database's process as its newest connection was told it; null: not connected.
   */
  toldPid(): number | null;
  /** Closes idle connections: for when others to the same database fell silent. */
  dropIdle(): void;
  /**
   * Calls the listener with every error of this pool, from the database or for lack of a
   * connection.
   */
  watchErrors(listener: (error: unknown) => void): void;
  /** Ends after the running statements; those that need more than `timeout` seconds are aborted. */
  end(options?: { readonly timeout?: number }): Promise<void>;
}

/** The connection broke, or none could be made: whether the statement was executed is unknown. */
export class ConnectionError extends Error {
  override name = "ConnectionError";
}

/** The connection was open, but no answer came in time. */
class SilenceError extends ConnectionError {
  override name = "SilenceError";
}

/** The address of the database: a URL, or a socket of our own cluster. */
export type DatabaseTarget =
  | { readonly url: string }
  | { readonly socketFolder: string; readonly database: string };

export interface ConnectOptions {
  /** Connections at most. */
  readonly poolSize: number;
  /** The application name in `pg_stat_activity`. */
  readonly name: string;
  /** The class of its statements; "request" by default. */
  readonly deadline?: DeadlineName;
  /** Overrides the class's lock timeout. */
  readonly lockTimeoutMs?: number;
  /** Idle time after which a connection is closed; by default never. */
  readonly idleMs?: number;
}

/** Timeout of waiting for a free connection of the pool. */
const FREE_CONNECTION_MS = 10_000;
/** Idle time of connections that belong to another class than the pool's own. */
const WITHIN_IDLE_MS = 30_000;
/** Detects a dead peer on idle connections, too. */
const KEEP_ALIVE_MS = 10_000;
/** A transaction whose process went away must release its rows. */
const IDLE_IN_TRANSACTION_MS = 30_000;

function poolConfig(
  target: DatabaseTarget,
  options: ConnectOptions,
  deadline: Deadline,
  choice: HostChoice | null,
): pg.PoolConfig {
  return {
    // The client names the chosen host itself.
    ...("url" in target
      ? {}
      : { host: target.socketFolder, port: 5432, user: "giliran", database: target.database }),
    max: options.poolSize,
    application_name: options.name,
    lock_timeout: deadline.lockMs,
    ...(deadline.statementMs > 0 ? { statement_timeout: deadline.statementMs } : {}),
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    connectionTimeoutMillis: FREE_CONNECTION_MS,
    Client: clientClass(choice, deadline.connectMs) as unknown as new () => pg.ClientBase,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    idleTimeoutMillis: options.idleMs ?? 0,
    types,
  };
}

/** Properties of the pool that a statement on its connection needs. */
interface Line {
  readonly client: pg.ClientBase;
  readonly answerMs: number;
  /** Called when no answer came in time. */
  readonly onSilence: () => void;
}

async function run({ client, answerMs, onSilence }: Line, statement: Compiled) {
  const { text, values, plannedAnew } = statement;
  try {
    const within = { text, query_timeout: answerMs, rowMode: "array" };
    // Without parameters the simple protocol is used, which accepts several statements at once.
    const result = await (values.length === 0
      ? client.query(within as pg.QueryConfig)
      : client.query({
          ...within,
          values: values as unknown[],
          ...(plannedAnew ? {} : { name: nameOf(text) }),
        } as pg.QueryConfig));
    // Several statements give several results; the last one is returned.
    const last = (Array.isArray(result) ? result.at(-1) : result) as pg.QueryArrayResult<unknown[]>;
    const { fields, rows, rowCount, command } = last;
    return { rows: asRows(fields, rows), count: rowCount ?? 0, command };
  } catch (error) {
    if ((error as Error).message !== SILENT) throw asOurs(error);
    onSilence();
    throw new SilenceError("the database does not answer", { cause: error });
  }
}

/** The driver's message when no answer came in time. */
const SILENT = "Query read timeout";

/**
 * Wraps driver errors. Without a SQLSTATE they concern the connection, except for mistakes in the
 * call.
 */
function asOurs(error: unknown): unknown {
  if (error instanceof pg.DatabaseError || error instanceof TypeError) return error;
  return new ConnectionError((error as Error).message, { cause: error });
}

/** The next rows of a cursor, at most `size`. */
function readRows(cursor: Cursor<unknown[]>, size: number): Promise<Record<string, unknown>[]> {
  return new Promise((resolve, reject) => {
    cursor.read(size, (error, rows, result) => {
      if (error) reject(error);
      else resolve(asRows(result.fields, rows));
    });
  });
}

async function* readPortions(
  { client, answerMs, onSilence }: Line,
  { text, values }: Compiled,
  size: number,
) {
  const cursor = client.query(
    new Cursor<unknown[]>(text, values as unknown[], { types, rowMode: "array" }),
  );
  try {
    for (;;) {
      // Not the driver's own timeout: that would include the caller's time for a portion.
      const silence = setTimeout(onSilence, answerMs);
      const rows = await readRows(cursor, size).finally(() => clearTimeout(silence));
      if (rows.length > 0) yield rows;
      if (rows.length < size) return;
    }
  } catch (error) {
    throw asOurs(error);
  } finally {
    await cursor.close().catch(() => undefined);
  }
}

const onLine = (line: Line): Runner => ({
  run: (statement) => run(line, statement),
  portions: (statement, size) => readPortions(line, statement, size),
});

/**
 * Whether the error closes the connection: the database says FATAL before it does. With a localized
 * server every error drops its connection: slower, still correct.
 */
function breaks(error: unknown): boolean {
  // A server that became read-only is the old primary after a failover: the next connection may
  // find the new one.
  if (sqlState(error) === READ_ONLY) return true;
  if (error instanceof pg.DatabaseError) return error.severity !== "ERROR";
  return error instanceof ConnectionError;
}

/** The pool had no free connection; another host would not help. */
const isPoolFull = (error: unknown) =>
  (error as Error).message === "timeout exceeded when trying to connect";

/** Connects, to the next host where one gives no connection that fits. */
async function connectClient({ pool, choice }: Pooled): Promise<pg.PoolClient> {
  for (let triesLeft = choice === null ? 0 : choice.count; ; triesLeft--) {
    try {
      return await pool.connect();
    } catch (error) {
      if (triesLeft <= 0 || choice?.count === 1 || isPoolFull(error)) throw asOurs(error);
    }
  }
}

/**
 * Takes a connection from the pool, with a function that returns it; a broken one is not reused.
 */
async function takeClient(
  pooled: Pooled,
): Promise<{ client: pg.PoolClient; giveBack: (error?: unknown) => void }> {
  const client = await connectClient(pooled);
  const giveBack = (error?: unknown) => {
    if (sqlState(error) === READ_ONLY) pooled.choice?.failed(hostNoOf(client));
    client.release(breaks(error));
  };
  return { client, giveBack };
}

interface LastWork {
  readonly rows: readonly string[];
  readonly work: () => PromiseLike<unknown>;
}

interface TransactOptions {
  readonly mode: string;
  readonly rows: KeyedMutex;
  readonly lockTimeoutMs: number;
}

async function transact<T>(
  line: Line,
  { mode, rows, lockTimeoutMs }: TransactOptions,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const own = { ...line };
  const runner = onLine(own);
  await runner.run({ text: `begin ${mode}`, values: [] });
  const lasts: LastWork[] = [];
  const last = (wanted: readonly string[], one: LastWork["work"]) => {
    if (lasts.length > 0) throw new Error("a transaction has one last work");
    lasts.push({ rows: wanted, work: one });
  };
  const allow = async (name: DeadlineName) => {
    const { statementMs, answerMs } = DEADLINES[name];
    await runner.run({ text: `set local statement_timeout = ${statementMs}`, values: [] });
    own.answerMs = answerMs;
  };
  try {
    const result = await work(Object.assign(createQuery(runner), { last, allow }));
    const wanted = lasts[0];
    if (wanted === undefined) return await commit(own, result);
    return await rows.run(wanted.rows, lockTimeoutMs, async () => {
      await wanted.work();
      return await commit(own, result);
    });
  } catch (error) {
    // After a failed commit there is nothing to roll back, and the database answers just that. If
    // this fails too, the connection is gone and the transaction with it.
    await runner.run({ text: "rollback", values: [] });
    throw error;
  }
}

async function commit<T>(line: Line, result: T): Promise<T> {
  const { command } = await run(line, { text: "commit", values: [] });
  // The work ignored a failed statement, so the database has already aborted the transaction.
  if (command !== "COMMIT") throw new Error("the transaction was rolled back");
  return result;
}

/** Opens a pool; connections are made on first use. */
export function connect(target: DatabaseTarget, options: ConnectOptions): Sql {
  return openPool(target, options, { rows: new KeyedMutex(), listeners: new Set() });
}

/** A pool and its open connections. */
interface Pooled {
  readonly pool: pg.Pool;
  /** Null: a socket of our own cluster. */
  readonly choice: HostChoice | null;
  readonly answerMs: number;
  /**
   * Drops every connection: after one fell silent, each of the others would cost the same timeout.
   */
  readonly dropAll: () => void;
  readonly dropIdle: () => void;
  readonly onError: (error: unknown) => void;
  readonly toldPid: () => number | null;
  readonly end: () => Promise<void>;
}

type Listeners = Set<(error: unknown) => void>;

function openPooled(
  target: DatabaseTarget,
  options: ConnectOptions,
  deadline: Deadline,
  listeners: Listeners,
): Pooled {
  const choice = "url" in target ? choiceOf(target.url) : null;
  const pool = new pg.Pool(poolConfig(target, options, deadline, choice));
  const clients = new Set<pg.ClientBase>();
  const busy = new Set<pg.ClientBase>();
  // The connection's user gets the error as well; without a listener it would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => {
    clients.add(client);
    void client.on("error", () => undefined);
  });
  pool.on("acquire", (client) => void busy.add(client));
  pool.on("release", (_error, client) => void busy.delete(client));
  pool.on("remove", (client) => void clients.delete(client));
  const dropIdle = () => {
    for (const client of clients) if (!busy.has(client)) socketOf(client).destroy();
  };
  const dropAll = () => {
    for (const client of clients) socketOf(client).destroy();
  };
  const onError = (error: unknown) => {
    for (const listener of listeners) listener(error);
  };
  // Connections in use find out by themselves; idle ones would go on reading at the old server.
  choice?.onChange(dropIdle);
  const end = async () => {
    choice?.forget(dropIdle);
    await pool.end();
  };
  const toldPid = () => {
    const newest = [...clients].at(-1);
    return newest === undefined ? null : processOf(newest);
  };
  return { pool, choice, answerMs: deadline.answerMs, dropAll, dropIdle, onError, toldPid, end };
}

/** Runs `work` on a connection of the pool. */
async function onClient<T>(pooled: Pooled, work: (line: Line) => Promise<T>): Promise<T> {
  try {
    const { client, giveBack } = await takeClient(pooled);
    try {
      const { answerMs, dropAll: onSilence } = pooled;
      const result = await work({ client, answerMs, onSilence });
      giveBack();
      return result;
    } catch (error) {
      giveBack(error);
      throw error;
    }
  } catch (error) {
    pooled.onError(error);
    throw error;
  }
}

async function* portionsOnClient(pooled: Pooled, statement: Compiled, size: number) {
  const { client, giveBack } = await takeClient(pooled);
  let failure: unknown;
  try {
    const { answerMs, dropAll: onSilence } = pooled;
    yield* readPortions({ client, answerMs, onSilence }, statement, size);
  } catch (error) {
    failure = error;
    pooled.onError(error);
    throw error;
  } finally {
    giveBack(failure);
  }
}

/** Shared by all pools of one database. */
interface Shared {
  readonly rows: KeyedMutex;
  readonly listeners: Listeners;
}

function openPool(target: DatabaseTarget, options: ConnectOptions, shared: Shared): Sql {
  const { rows, listeners } = shared;
  const deadline = deadlineOf(options.deadline ?? "request", options.lockTimeoutMs);
  const pooled = openPooled(target, options, deadline, listeners);
  const query = createQuery({
    // Not `pool.query`: it drops the connection after any error, even a duplicate key.
    run: (statement) => onClient(pooled, (line) => run(line, statement)),
    portions: (statement, size) => portionsOnClient(pooled, statement, size),
  });
  const begin = <T>(
    first: string | ((tx: Transaction) => Promise<T>),
    second?: (tx: Transaction) => Promise<T>,
  ) =>
    onClient(pooled, (line) => {
      const [mode, work] =
        typeof first === "string" ? [first, must(second, "a mode comes with work")] : ["", first];
      const locks = deadline.lockMs;
      return asTransaction(() => transact(line, { mode, rows, lockTimeoutMs: locks }, work));
    });
  const others = new Map<DeadlineName, Sql>();
  const within = (name: DeadlineName): Sql => {
    if (name === (options.deadline ?? "request")) return self;
    const known = others.get(name);
    if (known !== undefined) return known;
    const other = openPool(target, { ...options, ...withinOptions(options, name) }, shared);
    others.set(name, other);
    return other;
  };
  const end = async ({ timeout = 5 }: { readonly timeout?: number } = {}) => {
    const ended = [pooled.end(), ...[...others.values()].map((one) => one.end({ timeout }))];
    await Promise.race([Promise.all(ended), sleep(timeout * 1000, undefined, { ref: false })]);
    // A connection that does not end by itself must not keep the process alive.
    pooled.dropAll();
  };
  const watchErrors = (listener: (error: unknown) => void) => void listeners.add(listener);
  const dropIdle = () => {
    pooled.dropIdle();
    for (const other of others.values()) other.dropIdle();
  };
  const own = { target, begin, within, toldPid: pooled.toldPid, dropIdle, watchErrors, end };
  const self: Sql = Object.assign(query, own) as Sql;
  return self;
}

const withinOptions = ({ poolSize }: ConnectOptions, deadline: DeadlineName) => ({
  deadline,
  poolSize: Math.min(poolSize, DEADLINES[deadline].besideCount),
  idleMs: WITHIN_IDLE_MS,
});

/** SQLSTATE of a database error; undefined for anything else (a broken connection has none). */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** The database takes no writes: it is a replica, or is set read-only. */
const READ_ONLY = "25006";
const PASSING = /^(25006|40001|40P01|55P03|57014|57P0[1235]|58030|08\d{3}|53\d{3})$/;

/** The database is away or restarting, or a row is locked for long: a later retry may succeed. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  const state = sqlState(error);
  return state !== undefined && PASSING.test(state);
}

/** An open connection gave no answer. */
export function isSilence(error: unknown): boolean {
  return error instanceof SilenceError;
}

/** Serialization failure or deadlock: an immediate retry succeeds. */
export function isRetryable(error: unknown): boolean {
  const state = sqlState(error);
  return state === "40001" || state === "40P01";
}

/** Unique violation. */
export function isRepeated(error: unknown): boolean {
  return sqlState(error) === "23505";
}

/**
 * Runs `work` in a transaction and retries once if the database says that helps. The work must have
 * no effects outside the transaction. Lock order: docs/reference/locks.md.
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
