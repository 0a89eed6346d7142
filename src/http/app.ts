/*
 * The Fastify application: refusals, limits and headers that hold for every route. A body is never
 * read before its sender passed the address limit.
 */

import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerFactory,
} from "fastify";
import type { Logger } from "pino";
import type { UploadRule } from "../api/contract.ts";
import { COST_OF_PATH, type CostKind } from "../api/cost.ts";
import type { Clock } from "../base/clock.ts";
import type { ProblemCode } from "../api/problems.ts";
import { languageOf, type Identity } from "./call.ts";
import type { FastPath } from "./fastPath.ts";
import { requireCacheClass, type PageRoute } from "./pageCache.ts";
import type { CostLimits } from "./limits.ts";
import { isFailure, problemReply, Refusal, refusalOf } from "./problem.ts";
import type { Proxies } from "./proxies.ts";
import { leaveUnread } from "./unreadBody.ts";
import { mostFormBytes, takeForm, type Upload } from "./upload.ts";
import { UploadFolder } from "./uploadFolder.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The unparsed body, which a webhook's signature covers. */
    rawBody: string;
    /** The caller, identified before the body is read; null until then. */
    who: Identity | null;
    /** When its head was read, in ms; null until then. */
    headMs: number | null;
    /** The uploaded files; null for routes without uploads. */
    upload: Upload | null;
  }
  interface FastifyContextConfig {
    upload?: UploadRule;
    /** The route's kind of cost; by `COST_OF_PATH` if it is not given. */
    cost?: CostKind;
    /** The caller is signed in and counted by account instead of address. */
    byAccount?: boolean;
  }
}

export interface AppOptions {
  readonly logger: Logger;
  readonly proxies: Proxies;
  readonly fastPath: FastPath;
  /** Shows a refusal as a page to a browser; status and headers are already set. */
  readonly sendProblemPage: (
    request: FastifyRequest,
    reply: FastifyReply,
    code: ProblemCode,
  ) => Promise<FastifyReply>;
  readonly limits: CostLimits;
  readonly clock: Clock;
  /** Told of each request that the server could not answer: a failure of ours, never a refusal. */
  readonly onFailure: (request: FastifyRequest) => void;
}

const BODY_LIMIT_BYTES = 16_384;

/** Whether a browser opened a page's address. API routes always answer as to programs. */
function isPageVisit(request: FastifyRequest): boolean {
  return !request.url.startsWith("/v1/") && /\btext\/html\b/.test(request.headers.accept ?? "");
}

async function sendProblem(
  { sendProblemPage }: AppOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: Refusal,
): Promise<FastifyReply> {
  const { status, headers, body } = problemReply(refusal, languageOf(request));
  leaveUnread(request.raw, reply.raw);
  void reply.code(status).headers(headers);
  return isPageVisit(request)
    ? await sendProblemPage(request, reply, refusal.code)
    : await reply.send(body);
}

/** Requests whose sender waits for `100 Continue` before the body. */
const waiting = new WeakSet<IncomingMessage>();

/** The bare HTTP server, which leaves `100 Continue` to the routes. */
const bareServer =
  (listener: (house: RequestListener) => RequestListener): FastifyServerFactory =>
  (house, options): Server => {
    const listen = listener(house);
    const server = createServer(options, listen);
    return server.on("checkContinue", (request, response) => {
      waiting.add(request);
      listen(request, response);
    });
  };

/** Timeout of a whole request: enough for the longest form, 64 MB, at 5 Mbit/s. */
const REQUEST_TIMEOUT_MS = 120_000;

/** The longest body that a route reads. */
function mostBodyBytes({ routeOptions }: FastifyRequest): number {
  const { upload } = routeOptions.config;
  return upload ? mostFormBytes(upload) : routeOptions.bodyLimit;
}

/**
 * Checks before any body is read: the address limit by the route's cost. A route without a known
 * cost cannot be mounted.
 */
function beforeBodies(app: FastifyInstance, { limits, clock }: AppOptions): void {
  app.decorateRequest("who", null);
  app.decorateRequest("headMs", null);
  app.addHook("onRoute", (route) => {
    const cost = route.config?.cost ?? COST_OF_PATH[route.url];
    if (cost === undefined) throw new Error(`${route.url} has no kind of cost (src/api/cost.ts)`);
    route.config = { ...route.config, cost };
  });
  app.addHook("onRequest", (request, _reply, done) => {
    const { cost = "memory", byAccount = false } = request.routeOptions.config;
    try {
      if (!byAccount) limits.refuseAddress(cost, request.ip, clock.nowMs());
      if (request.is404) throw new Refusal("not_found");
      done();
    } catch (refusal) {
      done(refusal as Refusal);
    }
  });
  app.addHook("preParsing", (request, reply, _payload, done) => {
    // Asked for only now that the head was found right, and only if it is not too long anyhow.
    if (request.headers.expect !== undefined && waiting.delete(request.raw)) {
      const length = Number(request.headers["content-length"] ?? 0);
      if (length <= mostBodyBytes(request)) reply.raw.writeContinue();
    }
    if (request.method === "GET" || request.method === "HEAD") leaveUnread(request.raw, reply.raw);
    done();
  });
}

/** Accepts forms with files on the routes that take some. */
function takeUploads(app: FastifyInstance): void {
  const folder = new UploadFolder();
  app.decorateRequest("upload", null);
  app.addContentTypeParser(
    "multipart/form-data",
    async (request: FastifyRequest, body: IncomingMessage) => {
      const { upload: rule } = request.routeOptions.config;
      if (!rule) throw new Refusal("unsupported_media_type");
      request.upload = await takeForm(body, request.headers, rule, folder);
      return request.upload.fields;
    },
  );
  app.addHook("onListen", async () => {
    await folder.sweep();
  });
  app.addHook("onClose", () => folder.close());
}

/** A Fastify with our refusals, limits and headers; routes are mounted afterwards. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const app = fastify({
    serverFactory: bareServer((house) => {
      const listen = options.fastPath.listener(house);
      return (request, response) => {
        options.proxies.watch(request);
        listen(request, response);
      };
    }),
    loggerInstance: options.logger as FastifyBaseLogger,
    // One log line per request would cost more than the request; metrics count them.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: (address) => options.proxies.trusts(address),
    routerOptions: { maxParamLength: 700 },
    // Addresses that cannot be decoded never reach a route; they get a problem document all the
    // same.
    frameworkErrors: (_error, request, reply) =>
      void sendProblem(options, request, reply, new Refusal("invalid_request")),
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: "idle",
    // A stopping server still answers everything that reaches it: the sender has no other server
    // yet.
    return503OnClosing: false,
  });
  await app.register(cookie);
  // An empty body counts as none: some routes need none, and clients send the header all the same.
  app.decorateRequest("rawBody", "");
  beforeBodies(app, options);
  app.addHook("onSend", (_request, reply, payload, done) => {
    if (options.fastPath.draining) reply.header("connection", "close");
    done(null, payload);
  });
  app.removeAllContentTypeParsers();
  const parseJson = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    request.rawBody = body as string;
    if (body === "") done(null, undefined);
    else void parseJson(request, body as string, done);
  });
  takeUploads(app);
  app.setErrorHandler((error, request, reply) => {
    const refusal = refusalOf(error);
    if (!refusal) {
      options.fastPath.times.failed();
      request.log.error({ err: error, route: request.routeOptions.url }, "bug");
    }
    const answer = refusal ?? new Refusal("internal_error");
    if (isFailure(answer)) options.onFailure(request);
    return sendProblem(options, request, reply, answer);
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(options, request, reply, new Refusal("not_found")),
  );
  return app;
}

/** Security headers of pages; the API's are in headers.ts. */
export async function withPageHeaders(
  app: FastifyInstance,
  /** Hashes of inline styles. */
  styleHashes: readonly string[],
  mountPages: (pages: FastifyInstance) => Promise<void> | void,
): Promise<readonly PageRoute[]> {
  let routes: readonly PageRoute[] = [];
  await app.register(async (pages) => {
    await pages.register(helmet, {
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'", ...styleHashes],
          imgSrc: ["'self'", "data:"],
          connectSrc: ["'self'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
          baseUri: ["'none'"],
        },
      },
      // The address of a decision grants access to it, so it must not leak as a referrer.
      referrerPolicy: { policy: "no-referrer" },
      strictTransportSecurity: false, // the proxy that ends TLS says so, once it is sure
    });
    routes = requireCacheClass(pages);
    await mountPages(pages);
  });
  return routes;
}
