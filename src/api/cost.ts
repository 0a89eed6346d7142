import type { batchRoutes, policyRoutes, remedyRoutes, reviewRoutes } from "./caseRoutes.ts";
import type { ownRoutes, peopleRoutes } from "./houseRoutes.ts";
import type { importRoutes } from "./importRoutes.ts";
import type { offerRoutes } from "./offerRoutes.ts";
import type { buyerPasskeyRoutes } from "./passkeyRoutes.ts";
import type { integrityRoutes, planRoutes } from "./planRoutes.ts";
import type { rightsRoutes } from "./rightsRoutes.ts";
import type { buyerRoutes, operatorRoutes } from "./routes.ts";
import type { turnRoutes } from "./turnRoutes.ts";

/*
 * What a request costs, and so how often and how many at once. Each route has one kind; one without a kind is
 * refused at the start and by a test. docs/reference/costs.md is this table in words (a test compares).
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
  /** What is done for a request of this kind, and where. */
  readonly work: string;
  /**
   * How often one network address may ask without being signed in: a multiple of the address limit
   * (`GILIRAN_ADDRESS_*`), or a rule of its own. Signed-in people are counted by account instead.
   */
  readonly address: number | { readonly burst: number; readonly perSecond: number };
  /** How many a process works on at once, and how many may wait; null: whatever comes. */
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
    work: "a few statements, and a message that somebody pays for",
    address: 1,
    atOnce: null,
  },
  password: {
    work: "argon2: 40 ms and 19 MB, on a thread of libuv's pool, outside transactions",
    address: { burst: 20, perSecond: 1 },
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

/** Every line of the route table. */
type RouteId = keyof (typeof buyerRoutes &
  typeof turnRoutes &
  typeof offerRoutes &
  typeof buyerPasskeyRoutes &
  typeof rightsRoutes &
  typeof operatorRoutes &
  typeof policyRoutes &
  typeof reviewRoutes &
  typeof batchRoutes &
  typeof remedyRoutes &
  typeof planRoutes &
  typeof integrityRoutes &
  typeof importRoutes &
  typeof ownRoutes &
  typeof peopleRoutes);

/** The kind of each route of the API, by its id. */
export const COST_OF_ROUTE = {
  listSales: "memory",
  showSale: "memory",
  showBoard: "memory",
  showRecord: "record",
  requestCode: "code",
  signInWithCode: "database",
  signInWithToken: "signature",
  showChallenge: "memory",
  enter: "entry",
  withdraw: "database",
  showOwnStatus: "database",
  showTicket: "database",
  changePaymentMethod: "database",
  confirmOrder: "database",
  cancelOrder: "database",
  paymentEvent: "signature",
  objectToSharedTurn: "database",
  listObjections: "database",
  decideObjection: "database",
  placeOrder: "database",
  answerStepUp: "signature",
  sendStepUpCode: "code",
  stepUpPasskeyQuestion: "database",
  extendOffer: "database",
  declineOffer: "database",
  listOwnPasskeys: "database",
  ownPasskeyQuestion: "database",
  addOwnPasskey: "signature",
  removeOwnPasskey: "database",
  showOwnDecision: "database",
  fileAppeal: "upload",
  listOwnOrders: "database",
  listOwnDecisions: "database",
  fileOwnAppeal: "upload",
  listOwnEntitlements: "database",
  waiveEntitlement: "database",
  exportOwnData: "database",
  listOwnCodes: "database",
  askErasure: "database",
  noticeEvent: "signature",
  showOwnError: "database",
  showReport: "database",
  acceptInvitation: "password",
  signInOperator: "password",
  signOutOperator: "database",
  invite: "database",
  listOperatorSales: "database",
  createSale: "database",
  openSale: "database",
  pauseSale: "database",
  resumeSale: "database",
  closeSale: "database",
  showLive: "database",
  listOutbox: "database",
  showPolicy: "database",
  showSalePolicy: "database",
  listPolicies: "database",
  publishPolicy: "database",
  setSalePolicy: "database",
  auditSale: "thread",
  listCases: "database",
  showCase: "database",
  claimCase: "database",
  decideCase: "database",
  undoCaseDecision: "database",
  noteOnCase: "database",
  declareFamily: "database",
  unmaskOrder: "database",
  createBatch: "database",
  listBatches: "database",
  showBatch: "database",
  approveBatch: "database",
  stopBatch: "database",
  announceBatch: "database",
  listAppeals: "database",
  showAppeal: "database",
  showAppealFile: "database",
  decideAppeal: "database",
  showDecision: "database",
  exportDecision: "database",
  setOrderStatus: "database",
  listLog: "database",
  listEntitlements: "database",
  creditFailure: "database",
  carveOutRound: "database",
  drawErrorSample: "database",
  listErrorSample: "database",
  judgeErrorSample: "database",
  publishReport: "database",
  checkSale: "page",
  showSaleFile: "database",
  saySomething: "database",
  rehearse: "thread",
  checkPolicy: "database",
  backtestPolicies: "thread",
  showIntegrity: "database",
  previewImport: "import",
  importOrders: "import",
  listImports: "database",
  showImport: "database",
  showImportDecisions: "database",
  showMe: "database",
  listSessions: "database",
  endSession: "database",
  listPasskeys: "database",
  passkeyQuestion: "database",
  addPasskey: "signature",
  removePasskey: "database",
  signInQuestion: "database",
  signInWithPasskey: "signature",
  listViews: "database",
  saveView: "database",
  removeView: "database",
  search: "database",
  listPeople: "database",
  changeRole: "database",
  letGo: "database",
  listKeys: "database",
  createKey: "database",
  revokeKey: "database",
  listWebhooks: "database",
  showWays: "database",
  resendMessage: "database",
  resendWebhook: "database",
} as const satisfies Readonly<Record<RouteId, CostKind>>;

/** The kind of everything else that is served, by its path: pages, files, what orchestrators ask. */
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

/** The kind of a route: by its id where it has a contract, else by its path; undefined where nobody said it. */
export function costOf(route: {
  readonly id?: string | undefined;
  readonly path: string;
}): CostKind | undefined {
  if (route.id === undefined) return COST_OF_PATH[route.path];
  return (COST_OF_ROUTE as Readonly<Record<string, CostKind>>)[route.id];
}
