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
import { problemReply, Refusal, refusalOf } from "./problem.ts";
import type { Proxies } from "./proxies.ts";
import { leaveUnread } from "./unreadBody.ts";
import { mostFormBytes, takeForm, type Upload } from "./upload.ts";
import { UploadFolder } from "./uploadFolder.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The body as it came: what a webhook's signature is over. */
    rawBody: string;
    /** Who asks, settled before the body is read; null until then. */
    who: Identity | null;
    /** The files that came; null where none can. */
    upload: Upload | null;
  }
  interface FastifyContextConfig {
    upload?: UploadRule;
    /** What a request of this route costs; by `COST_OF_PATH` where it is not said. */
    cost?: CostKind;
    /** Who asks is signed in and counted by account, not by address. */
    byAccount?: boolean;
  }
}

export interface AppOptions {
  readonly logger: Logger;
  readonly proxies: Proxies;
  readonly door: FastPath;
  /** Shows a refusal to somebody who opened an address in a browser; status and headers are set. */
  readonly sendProblemPage: (
    request: FastifyRequest,
    reply: FastifyReply,
    code: ProblemCode,
  ) => Promise<FastifyReply>;
  readonly limits: CostLimits;
  readonly clock: Clock;
}

const BODY_LIMIT_BYTES = 16_384;

/** Whether a browser opened a page's address. The API answers programs, whatever they accept. */
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

/** Requests whose sender waits to be asked for the body (`Expect: 100-continue`). */
const waiting = new WeakSet<IncomingMessage>();

/** The bare server, which leaves it to the route when a waiting body is asked for. */
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

/** A whole request must have come by then: the longest form, 64 MB, does at 5 Mbit/s. */
const REQUEST_TIMEOUT_MS = 120_000;

/** The longest body that a route reads. */
function mostBodyBytes({ routeOptions }: FastifyRequest): number {
  const { upload } = routeOptions.config;
  return upload ? mostFormBytes(upload) : routeOptions.bodyLimit;
}

/**
 * What holds for each request before its body is read, whatever its route: the limit of the address, which
 * depends on what the route costs. A route of unknown cost cannot be mounted.
 */
function beforeBodies(app: FastifyInstance, { limits, clock }: AppOptions): void {
  app.decorateRequest("who", null);
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

/** Forms with files, for routes that take some. */
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

/** A Fastify with our refusals, limits and headers; routes are mounted on it afterwards. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const app = fastify({
    serverFactory: bareServer((house) => {
      const listen = options.door.listener(house);
      return (request, response) => {
        options.proxies.watch(request);
        listen(request, response);
      };
    }),
    loggerInstance: options.logger as FastifyBaseLogger,
    // One line a request would cost more than the request; metrics say how many there were.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: (address) => options.proxies.trusts(address),
    routerOptions: { maxParamLength: 700 },
    // Addresses that cannot be decoded never reach a route; they get a problem document all the same.
    frameworkErrors: (_error, request, reply) =>
      void sendProblem(options, request, reply, new Refusal("invalid_request")),
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: "idle",
    // Whatever still reaches a server that ends is answered: its sender has nobody else yet.
    return503OnClosing: false,
  });
  await app.register(cookie);
  // An empty body is no body: some routes need none, and clients send the header all the same.
  app.decorateRequest("rawBody", "");
  beforeBodies(app, options);
  app.addHook("onSend", (_request, reply, payload, done) => {
    if (options.door.draining) reply.header("connection", "close");
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
      options.door.times.failed();
      request.log.error({ err: error, route: request.routeOptions.url }, "bug");
    }
    return sendProblem(options, request, reply, refusal ?? new Refusal("internal_error"));
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(options, request, reply, new Refusal("not_found")),
  );
  return app;
}

/** Security headers for pages; those of the API are in headers.ts. */
export async function withPageHeaders(
  app: FastifyInstance,
  /** Hashes of styles that pages carry inside them. */
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
      // The address of a decision is its proof: it must not travel on as a referrer.
      referrerPolicy: { policy: "no-referrer" },
      strictTransportSecurity: false, // the proxy that ends TLS says so, once it is sure
    });
    routes = requireCacheClass(pages);
    await mountPages(pages);
  });
  return routes;
}
