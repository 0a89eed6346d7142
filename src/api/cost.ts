/*
 * The cost of requests, which determines rate limits and concurrency. Each route names its kind in
 * its contract, everything else is listed below; the server refuses to start with an address that
 * has none. docs/reference/costs.md says the same in words (a test compares).
 */

export type CostKind =
  | "memory"
  | "page"
  | "database"
  | "entry"
  | "signature"
  | "code"
  | "password"
  | "record"
  | "upload"
  | "import"
  | "thread";

export interface Cost {
  /** The work of such a request, and where it happens. */
  readonly work: string;
  /**
   * Rate limit per network address without sign-in: a multiple of the address limit
   * (`GILIRAN_ADDRESS_*`), or its own rule. Signed-in people are counted by account instead.
   */
  readonly address: number | { readonly burst: number; readonly perSecond: number };
  /** Concurrent works per process and queue length; null: unlimited. */
  readonly atOnce: { readonly most: number; readonly waiting: number } | null;
}

export const COSTS: Readonly<Record<CostKind, Cost>> = {
  memory: {
    work: "answered from memory, or from a document that is read and compressed once a second at most",
    address: 10,
    atOnce: null,
  },
  page: {
    work: "HTML, rendered and compressed for each content once",
    address: 10,
    atOnce: null,
  },
  database: { work: "a few statements on the pool", address: 1, atOnce: null },
  entry: { work: "checks in memory, then one row in a batch", address: 1, atOnce: null },
  signature: {
    work: "checks what somebody else signed (a token, a passkey, a webhook), then a few statements",
    address: 1,
    atOnce: null,
  },
  code: {
    work: "a few statements, and a message that somebody pays for; a stranger pays with work",
    address: 10,
    atOnce: null,
  },
  password: {
    work: "argon2: 40 ms and 19 MB, on a thread of libuv's pool, outside transactions; wrong ones cost work",
    address: 10,
    atOnce: { most: 2, waiting: 30 },
  },
  record: {
    work: "a file that is written once for each state of a round, compressed; then streamed from the disk",
    address: { burst: 100, perSecond: 10 },
    atOnce: null,
  },
  upload: {
    work: "files of an appeal: to the disk as they come, then looked at in a thread",
    address: 1,
    atOnce: { most: 2, waiting: 16 },
  },
  import: {
    work: "an export of orders: to the disk as it comes, then in a thread, 50 s and 1.5 GB at most",
    address: 1,
    atOnce: { most: 1, waiting: 4 },
  },
  thread: {
    work: "seconds of a processor, in a thread of its own",
    address: 1,
    atOnce: { most: 2, waiting: 8 },
  },
};

/** The kind of everything without a contract, by its path: pages, files, health checks. */
export const COST_OF_PATH: Readonly<Record<string, CostKind>> = {
  "/": "page",
  "/s/:slug": "page",
  "/s/:slug/board": "page",
  "/s/:slug/check": "page",
  "/s/:slug/policy": "page",
  "/s/:slug/report": "page",
  "/d/:link": "database",
  "/me": "page",
  "/method": "page",
  "/console": "page",
  "/console/*": "page",
  "/docs": "page",
  "/assets/*": "memory",
  "/favicon.ico": "memory",
  "/robots.txt": "memory",
  "/v1/openapi.json": "memory",
  "/livez": "memory",
  "/readyz": "memory",
  "/sandbox/pay/:reference": "database",
};
