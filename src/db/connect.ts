import postgres from "postgres";

/** `bigint` columns come as JavaScript numbers: none of ours passes 2^53. */
type Types = { bigint: number };

export type Sql = postgres.Sql<Types>;
export type Transaction = postgres.TransactionSql<Types>;
/** Something that runs statements: the pool, or a transaction on one of its connections. */
export type Query = postgres.ISql<Types>;

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

const bigint = {
  to: 20,
  from: [20],
  parse: (text: string) => Number(text),
  serialize: (value: number) => String(value),
};

/** Opens a pool; connections are made when first needed. */
export function connect(target: DatabaseTarget, options: ConnectOptions): Sql {
  const common = {
    max: options.poolSize,
    onnotice: () => undefined,
    types: { bigint },
    connection: {
      application_name: options.name,
      lock_timeout: options.lockTimeoutMs ?? 5_000,
      idle_in_transaction_session_timeout: 30_000,
    },
    connect_timeout: 10,
    idle_timeout: 0,
    max_lifetime: null,
  };
  if ("url" in target) {
    const { url, host } = splitSocketHost(target.url);
    return host === null ? postgres(url, common) : postgres(url, { ...common, host });
  }
  return postgres({
    ...common,
    host: target.socketFolder,
    port: 5432,
    username: "giliran",
    database: target.database,
  });
}

/** libpq's way to name a socket, `?host=/run/postgresql`, which the driver would send as a setting. */
function splitSocketHost(text: string): { url: string; host: string | null } {
  const match = /[?&]host=([^&]*)/.exec(text);
  if (!match) return { url: text, host: null };
  const rest = text.replace(match[0], "").replace(/^([^?&]*)&/, "$1?");
  const url = rest.replace(/^(postgres(?:ql)?:\/\/(?:[^/@]*@)?)\//, "$1localhost/");
  return { url, host: decodeURIComponent(match[1] as string) };
}

/** SQLSTATE of a database error; undefined for anything else (a broken connection has none). */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** Serialization failure, deadlock: the same work, tried again, succeeds. */
export function isRetryable(error: unknown): boolean {
  const state = sqlState(error);
  return state === "40001" || state === "40P01";
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
