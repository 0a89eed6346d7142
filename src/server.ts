/*
 * Puts the server together: the one place that knows all parts. It creates pools' users, caches,
 * routes, pages and workers, and starts and stops them in order.
 * Must never happen: stopping loses acknowledged work. Requests under way are answered, and every
 * step of a worker commits as a whole or not at all.
 */

import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { createBrandTokenCheck, type BrandLogin } from "./access/io/brandToken.ts";
import { StaffLogin, type StaffLoginSettings } from "./access/io/staffLogin.ts";
import type { Keyring } from "./access/io/keyring.ts";
import { messageWays, type MailSettings, type TextGateway } from "./messages/io/messageWays.ts";
import type { LaneFigures } from "./messages/io/lane.ts";
import { MessageSender } from "./messages/io/sender.ts";
import { reportWays } from "./messages/io/wayStore.ts";
import { RateLimiter, type RateRule } from "./access/rateLimit.ts";
import { mountAssets, STYLE_HASH } from "./pages/assets.ts";
import type { Clock } from "./base/clock.ts";
import { CaseWorker } from "./cases/io/worker.ts";
import { OrderScorer, TIMEOUT_MS } from "./sale/stepUp/io/scorer.ts";
import { TurnFinder } from "./sale/turn/io/finder.ts";
import { hookHeaders } from "./access/io/hook.ts";
import { channelWays } from "./cases/decision/io/channelCalls.ts";
import { refundWay } from "./sale/payment/io/refunds.ts";
import { hookChannel, type ChannelHook, type ChannelPort } from "./connectors/channels/hook.ts";
import { drandSource } from "./connectors/drand.ts";
import { NO_PAYMENTS, type PaymentProvider } from "./connectors/payments/port.ts";
import { createSandbox } from "./connectors/payments/sandbox/sandbox.ts";
import { mountSandbox, reportRefund, type SandboxDeps } from "./pages/sandboxPage.ts";
import { isSilence, type Sql } from "./db/connect.ts";
import { Fence } from "./db/fence.ts";
import { DatabaseHealth } from "./db/health.ts";
import { BACKLOG } from "./sale/entry/crowdLimits.ts";
import { createApp, withPageHeaders } from "./http/app.ts";
import type { PageRoute } from "./http/pageCache.ts";
import { closeConnections } from "./http/lives/closeConnections.ts";
import { mountHealth } from "./http/lives/health.ts";
import { addressOf, listening } from "./http/lives/listening.ts";
import { DELIVERY_PLACES } from "./integrity/delivery.ts";
import { AnswerTimes } from "./http/answerTimes.ts";
import { Proxies } from "./http/proxies.ts";
import { keepFinding } from "./access/io/proxyFindingStore.ts";
import { FastPath } from "./http/fastPath.ts";
import { ServerRegistry } from "./http/io/serverRegistry.ts";
import { SessionEnds } from "./http/io/sessionEnds.ts";
import type { HttpDeps } from "./http/call.ts";
import { CostLimits } from "./http/limits.ts";
import { CODE_DEFAULTS, type CodeSettings } from "./people/io/buyerSession.ts";
import { mountCodes } from "./people/io/codeRoutes.ts";
import { mountLogins } from "./people/io/loginRoutes.ts";
import { mountOperators } from "./people/io/operatorRoutes.ts";
import { mountSignIn } from "./people/io/signInRoutes.ts";
import { mountPages, type TourStop } from "./pages/pages.ts";
import { mountBrowserFiles, sendProblemPage } from "./pages/problemPage.ts";
import { mountRightsPages } from "./pages/rightsPages.ts";
import type { Payments } from "./sale/payments.ts";
import { BeaconKeeper } from "./sale/beacon/io/beaconKeeper.ts";
import { BoardCache } from "./sale/io/boardStore.ts";
import {
  databaseMarker,
  databaseWriter,
  Intake,
  type EntryIntake,
  type IntakeOptions,
} from "./sale/entry/io/intake.ts";
import { watchedWriter } from "./sale/entry/io/witness.ts";
import { WaitLists } from "./sale/entry/io/waitListStore.ts";
import { FailureRecorder } from "./sale/failure/io/failureRecorder.ts";
import { Worker } from "./sale/line/io/worker.ts";
import type { HeldArrivals } from "./sale/line/io/seal.ts";
import { VERSION } from "./version.ts";
import { SaleCache } from "./sale/io/saleCache.ts";
import { SALE_ROUTES, CASE_ROUTES } from "./routes.ts";
import { mountBatches, type BatchDeps } from "./cases/batch/io/batchRoutes.ts";
import { mountNotices } from "./cases/decision/io/noticeRoutes.ts";
import { thresholdsOfSale } from "./cases/policy/io/thresholds.ts";
import type { SaleDeps } from "./sale/io/requireSale.ts";

/**
 * How long stopping waits for the workers, in ms. A longer step is abandoned: it commits as a whole
 * or not at all.
 */
const WORK_MS = 5_000;

/** Another id would make the database refuse the whole portion. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A process that serves, as the others are told of it. */
interface ServingProcess {
  /** Its number under `serve --processes`, which share one port; null for a server of its own. */
  readonly childNo: number | null;
  readonly codeDigest: string;
}

export interface ServerOptions {
  /** The pool for everything except joining. */
  readonly sql: Sql;
  /** Connections for joining alone: one for each kind of batch, and one for marks of a rush. */
  readonly entryPool: Sql;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether this process also runs the workers; several processes may. */
  readonly worker: boolean;
  readonly brandLogin: BrandLogin | null;
  /** The company's own login for people who work here; null or absent: none. */
  readonly staffLogin?: StaffLoginSettings | null;
  /** Null: messages stay in the outbox. */
  readonly mail: MailSettings | null;
  /** Limit of anonymous requests per address; null only where one address plays a whole crowd. */
  readonly addressRule: RateRule | null;
  readonly secureCookies: boolean;
  readonly trustedProxies: readonly string[];
  /** Whether they set `X-Request-Start`, the moment at which a request reached them. */
  readonly requestStart?: boolean;
  /** The server's public address, for links it hands out. Null: the address it listens on. */
  readonly publicUrl: string | null;
  /** The payment service; with "none" only cash on delivery can be ordered. */
  readonly payments: Payments;
  /** Where the last acknowledged numbers outlive this process; absent: nowhere. */
  readonly fenceFolder?: string;
  /**
   * Whether a browser on this machine is shown the one-time codes it asks for, in demonstrations.
   */
  readonly showCodes?: boolean;
  /** Where sign-in codes are sent by text, and how many an hour; `CODE_DEFAULTS` if absent. */
  readonly codes?: CodeSettings;
  /** Whether each offer is announced by a message. */
  readonly notices: boolean;
  /** The text message gateway; null or absent: texts stay in the outbox. */
  readonly textGateway?: TextGateway | null;
  /** Channels by code that must be told about disputed orders. */
  readonly channelHooks?: Readonly<Record<string, ChannelHook>>;
  /** Addresses of drand's HTTP API; none or absent: an operator hands beacon rounds in. */
  readonly drandUrls?: readonly string[];
  /**
   * How long an order waits to be scored before it is placed, in ms; 0: no order is asked a
   * question.
   */
  readonly doubtTimeoutMs?: number;
  /** The tour on the front page of a demonstration; it may grow. */
  readonly tour?: readonly TourStop[];
  /** How this process is named among the servers of its database. */
  readonly process?: ServingProcess;
  /** Replaced only by benchmarks that measure a rival. */
  readonly intake?: EntryIntake;
  /** The bounds and the chance of the queue of joins, for tests. */
  readonly queue?: Pick<IntakeOptions, "mostQueuedCount" | "mostBatchCount" | "random">;
}

export interface Server {
  readonly app: FastifyInstance;
  /** All pages with their cache rules. */
  readonly pages: readonly PageRoute[];
  readonly worker: Worker;
  readonly caseWorker: CaseWorker;
  /** Sends messages, calls channels, asks for refunds. */
  readonly sender: MessageSender;
  readonly beacons: BeaconKeeper | null;
  /** Failures in buyers' turns, before they are written. */
  readonly failures: FailureRecorder;
  /** Its answers of the last seconds. */
  readonly times: AnswerTimes;
  /** Its heartbeats, and the other servers on its database. */
  readonly servers: ServerRegistry;
  /** Notices a database that went back. */
  readonly fence: Fence;
  /** Signs a gateway's report as the gateway would; for tests and the simulator. */
  readonly signNotice: (rawBody: string) => Record<string, string>;
  /** Signs a sandbox report as the sandbox would. */
  readonly signPayment: (rawBody: string) => string;
  /** Listens and starts the workers; returns the address. */
  listen(host: string, port: number): Promise<string>;
  /** Announces the end by /readyz and in each answer; requests are still served. */
  drain(): void;
  /** Ends after the requests under way, within about ten seconds whatever connections do. */
  close(): Promise<void>;
}

/** Creates a server that does not listen yet. */
export async function createServer(options: ServerOptions): Promise<Server> {
  const { sql, entryPool, keyring, clock, logger } = options;
  let url = options.publicUrl ?? "";
  const sandboxDeps = (): SandboxDeps => ({
    sql,
    provider: sandbox,
    newId: () => randomUUID(),
    deliver: (request) => app.inject(request),
  });
  const sandbox = createSandbox(
    keyring,
    () => url,
    (refund) => reportRefund(sandboxDeps(), refund),
  );
  const provider = options.payments === "sandbox" ? sandbox : NO_PAYMENTS;
  const times = new AnswerTimes(() => clock.nowMs());
  const http = httpOf(options, times);
  const arrivals = intakeOf(options, http.fence);
  const fastPath = new FastPath(logger, times);
  const scorer = scorerOf(options);
  const failures = new FailureRecorder(sql, logger);
  const saleDeps = {
    ...http,
    doubts: scorer,
    places: DELIVERY_PLACES,
    sales: new SaleCache(sql),
    boards: new BoardCache(sql, clock),
    lists: new WaitLists(sql, clock),
    intake: options.intake ?? arrivals,
    provider,
    fastPath,
    failures,
  };
  const onFailure = failureNoter(failures, clock);
  const app = await createApp({ ...http, logger, fastPath, sendProblemPage, onFailure });
  const gatewaySecret = gatewaySecretOf(options);
  mountApi(app, options, { ...saleDeps, ports: channelPorts(options) }, gatewaySecret);
  mountFiles(app);
  const { fence, servers } = http;
  const parts = { failures, fence, servers, times };
  mountHealth(app, { fastPath, health: watchDatabase(sql, entryPool), servers, fence });
  const pay = provider === sandbox ? sandboxDeps() : null;
  const pages = await mountAllPages(app, options, saleDeps, pay);
  const workers = workersOf(options, { fence, provider, arrivals, baseUrl: () => url });
  const { worker, caseWorker, sender } = workers;
  return {
    app,
    pages,
    ...workers,
    ...parts,
    signNotice: (payload) =>
      hookHeaders(gatewaySecret, { id: randomUUID(), payload, nowMs: clock.nowMs() }),
    signPayment: sandbox.sign,
    listen: async (host, port) => {
      await Promise.all([http.sessionEnds.start(), servers.start(), fence.start()]);
      await app.listen(listening({ host, port, backlog: BACKLOG }, options.process));
      const address = addressOf(app);
      url = options.publicUrl || address;
      scorer?.start();
      if (options.worker) for (const one of [worker, caseWorker, sender]) one.start();
      return address;
    },
    drain: () => fastPath.drain(),
    close: async () => {
      fastPath.drain();
      await closeAll({ app, http, scorer, failures }, [worker, caseWorker, sender]);
    },
  };
}

/** The queue of joins of this server. */
function intakeOf({ sql, entryPool, clock, queue }: ServerOptions, fence: Fence): Intake {
  const mark = databaseMarker(entryPool);
  const write = watchedWriter(databaseWriter(entryPool), fence, sql);
  return new Intake(write, { clock, mark, ...queue });
}

/** Mounts the pages, with their headers. */
async function mountAllPages(
  app: FastifyInstance,
  { showCodes = false, tour = [] }: ServerOptions,
  saleDeps: SaleDeps,
  pay: SandboxDeps | null,
): Promise<readonly PageRoute[]> {
  return await withPageHeaders(app, [STYLE_HASH], (pagesApp) => {
    mountPages(pagesApp, { ...saleDeps, version: VERSION, showCodes, tour });
    mountRightsPages(pagesApp, saleDeps);
    if (pay) mountSandbox(pagesApp, pay);
  });
}

/** Ends requests and workers; orders under way still wait for their score. */
async function closeAll(
  parts: {
    readonly app: FastifyInstance;
    readonly http: ReturnType<typeof httpOf>;
    readonly scorer: ReturnType<typeof scorerOf>;
    readonly failures: FailureRecorder;
  },
  workers: readonly { stop(): Promise<void> }[],
): Promise<void> {
  const { app, http, scorer, failures } = parts;
  http.sessionEnds.stop();
  const answered = closeConnections(app).then(() => scorer?.stop());
  await Promise.all([answered, stopAll(workers)]);
  await failures.stop();
  await Promise.all([http.servers.stop(), http.fence.stop()]);
}

/** Notes a failure in the turn that a buyer's request was about; reading loses nobody a turn. */
function failureNoter(failures: FailureRecorder, clock: Clock): (request: FastifyRequest) => void {
  return ({ method, who, params }) => {
    const { offerId, orderId } = params as { readonly offerId?: string; readonly orderId?: string };
    const turnId = offerId ?? orderId;
    if (method !== "POST" || !who?.buyer || turnId === undefined || !UUID.test(turnId)) return;
    failures.turn({ accountKey: who.buyer.accountKey, turnId }, clock.nowMs());
  };
}

/** Mounts every route of the API. */
function mountApi(
  app: FastifyInstance,
  options: ServerOptions,
  deps: SaleDeps & BatchDeps,
  gatewaySecret: string,
): void {
  const { brandLogin, showCodes = false, codes = CODE_DEFAULTS, logger } = options;
  const brandTokenCheck = brandLogin ? createBrandTokenCheck(brandLogin) : null;
  const signIn = { ...deps, brandTokenCheck, showCodes, codes, logger };
  mountSignIn(app, signIn);
  mountCodes(app, signIn);
  const staffLogin = options.staffLogin ? new StaffLogin(options.staffLogin) : null;
  mountLogins(app, { ...deps, staffLogin });
  mountOperators(app, { ...deps, brandNames: brandNamesOf(options) });
  for (const mountOn of SALE_ROUTES) mountOn(app, deps);
  for (const mountOn of CASE_ROUTES) mountOn(app, deps);
  mountBatches(app, deps);
  mountNotices(app, { ...deps, gatewaySecret });
}

function registryOf({ sql, clock, worker, process: own }: ServerOptions, times: AnswerTimes) {
  const about = {
    serverId: randomUUID(),
    host: hostname(),
    pid: process.pid,
    childNo: own?.childNo ?? null,
    version: VERSION,
    codeDigest: own?.codeDigest ?? "",
    runsWorker: worker,
    startedAtMs: clock.nowMs(),
  };
  return new ServerRegistry({ sql, clock, about, figures: () => times.counts() });
}

/** The dependencies of all routes. */
function httpOf(options: ServerOptions, times: AnswerTimes): HttpDeps & { readonly fence: Fence } {
  const { sql, keyring, clock, logger, addressRule, secureCookies, fenceFolder = null } = options;
  const limiter = new RateLimiter();
  const servers = registryOf(options, times);
  return {
    sql,
    keyring,
    clock,
    limiter,
    secureCookies,
    limits: new CostLimits(limiter, addressRule, () => servers.count),
    servers,
    proxies: proxiesOf(options),
    sessionEnds: new SessionEnds(sql, clock),
    fence: new Fence({ sql, logger, serverId: servers.about.serverId, folder: fenceFolder }),
  };
}

/** Names of the brand that a stranger knows without asking: those in its addresses. */
function brandNamesOf({ publicUrl, brandLogin, mail }: ServerOptions): string[] {
  const hosts = [publicUrl, brandLogin?.issuer].flatMap((address) =>
    address && URL.canParse(address) ? [new URL(address).hostname] : [],
  );
  const labels = [...hosts, mail?.from.split("@").at(-1) ?? ""].flatMap((host) => host.split("."));
  return ["Giliran", ...labels.filter((label) => label !== "www" && label !== "com")];
}

/** The scorer of orders; null if no order is asked a question. */
function scorerOf(options: ServerOptions) {
  const { keyring, logger, doubtTimeoutMs: timeoutMs = TIMEOUT_MS } = options;
  if (timeoutMs === 0) return null;
  // Connections of its own: an order holds one already, and would wait for others that wait for it.
  const sql = options.sql.within("score");
  return new OrderScorer({ sql, keyring, thresholdsOf: thresholdsOfSale, logger, timeoutMs });
}

function proxiesOf(options: ServerOptions): Proxies {
  const { sql, clock, logger, trustedProxies, publicUrl, requestStart = false } = options;
  return new Proxies({
    trusted: trustedProxies,
    requestStart,
    publicUrl: publicUrl ?? "",
    logger,
    clock,
    keep: (finding) => keepFinding(sql, finding, clock.nowMs()),
  });
}

/**
 * Watches both pools. Once a connection has timed out, all connections open at that time are
 * dropped.
 */
function watchDatabase(sql: Sql, entryPool: Sql): DatabaseHealth {
  const health = new DatabaseHealth(sql);
  const pools = [sql, entryPool];
  for (const pool of pools) {
    pool.watchErrors((error) => {
      health.saw(error);
      if (isSilence(error)) for (const each of pools) each.dropIdle();
    });
  }
  return health;
}

/**
 * Workers for tasks without anybody waiting: longer timeouts, and no connections that requests
 * need.
 */
function workersOf(
  options: ServerOptions,
  {
    fence,
    provider,
    arrivals,
    baseUrl,
  }: {
    readonly fence: Fence;
    readonly provider: PaymentProvider;
    readonly arrivals: HeldArrivals;
    readonly baseUrl: () => string;
  },
) {
  const background = { ...options, sql: options.sql.within("work") };
  const ports = channelPorts(options);
  const beacons = beaconsOf(background);
  return {
    beacons,
    worker: workerOf(background, beacons, arrivals, fence),
    caseWorker: caseWorkerOf(background, ports, baseUrl),
    sender: senderOf(background, ports, provider, baseUrl),
  };
}

async function stopAll(workers: readonly { stop(): Promise<void> }[]): Promise<void> {
  const stopped = Promise.all(workers.map((worker) => worker.stop()));
  await Promise.race([stopped, sleep(WORK_MS, undefined, { ref: false })]);
}

/** The secret by which the gateway signs its reports. */
function gatewaySecretOf({ textGateway, keyring }: ServerOptions): string {
  return textGateway?.secret ?? keyring.identityKey("gateway", "notices");
}

function beaconsOf({ sql, clock, logger, drandUrls = [] }: ServerOptions): BeaconKeeper | null {
  if (drandUrls.length === 0) return null;
  return new BeaconKeeper({ sql, clock, logger, source: drandSource(drandUrls) });
}

function workerOf(
  options: ServerOptions,
  beacons: BeaconKeeper | null,
  arrivals: HeldArrivals,
  fence: Fence,
): Worker {
  const { sql, keyring, clock, logger, notices } = options;
  const turns = new TurnFinder({ sql, keyring });
  const isPaused = () => fence.isClosed;
  const deps = { sql, keyring, clock, logger, notices, turns, beacons, arrivals, isPaused };
  return new Worker(deps);
}

function caseWorkerOf(
  { sql, keyring, clock, logger }: ServerOptions,
  ports: ReadonlyMap<string, ChannelPort>,
  baseUrl: () => string,
): CaseWorker {
  return new CaseWorker({ sql, keyring, clock, logger, ports, baseUrl });
}

/** Without a mail server and a gateway, messages stay in the outbox. */
function senderOf(
  { sql, keyring, clock, logger, mail, textGateway = null }: ServerOptions,
  ports: ReadonlyMap<string, ChannelPort>,
  provider: PaymentProvider,
  siteUrl: () => string,
): MessageSender {
  const ways = [
    ...messageWays({ sql, keyring, clock, mail, textGateway, siteUrl }),
    ...channelWays(sql, clock, ports),
    // Refunds wait until a payment service is set up.
    ...(provider.name === "none" ? [] : [refundWay(sql, clock, provider)]),
  ];
  const senderId = randomUUID();
  const report = (figures: readonly LaneFigures[]) =>
    reportWays(sql, senderId, figures, clock.nowMs());
  return new MessageSender({ ways, clock, logger, chance: Math.random, report });
}

function channelPorts({ channelHooks, clock }: ServerOptions): Map<string, ChannelPort> {
  const hooks = Object.entries(channelHooks ?? {});
  return new Map(hooks.map(([code, hook]) => [code, hookChannel(hook, () => clock.nowMs())]));
}

function mountFiles(app: FastifyInstance): void {
  mountAssets(app);
  mountBrowserFiles(app);
}
