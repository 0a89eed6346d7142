import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from "fastify";
import type { Logger } from "pino";
import { problemDocument, type ProblemCode } from "../api/problems.ts";
import { QueueFullError } from "../db/batcher.ts";
import { sqlState } from "../db/connect.ts";
import { languageOf } from "./mount.ts";
import { Refusal } from "./problem.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The body as it came: what a webhook's signature is over. */
    rawBody: string;
  }
}

export interface AppOptions {
  readonly logger: Logger;
  /** Addresses of proxies whose X-Forwarded-For is believed; none by default. */
  readonly trustedProxies: readonly string[];
}

const BODY_LIMIT_BYTES = 16_384;

function sendProblem(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  const document = problemDocument(refusal.code, languageOf(request), {
    ...(refusal.errors ? { errors: refusal.errors } : {}),
    ...(refusal.retryAfterSeconds ? { retryAfterSeconds: refusal.retryAfterSeconds } : {}),
  });
  if (refusal.retryAfterSeconds) reply.header("retry-after", String(refusal.retryAfterSeconds));
  return reply
    .code(document.status)
    .header("content-type", "application/problem+json; charset=utf-8")
    .header("cache-control", "no-store")
    .send(JSON.stringify(document));
}

/** Fastify's own refusals in our words. */
const FASTIFY_PROBLEMS: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "body_too_large",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "unsupported_media_type",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "invalid_request",
  FST_ERR_CTP_INVALID_JSON_BODY: "invalid_request",
  FST_ERR_CTP_EMPTY_JSON_BODY: "invalid_request",
  FST_ERR_CTP_EMPTY_TYPE: "unsupported_media_type",
};

/** What an error means for the caller. Unknown ones are bugs: logged, and answered without detail. */
export function refusalOf(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error;
  if (error instanceof QueueFullError) return new Refusal("server_busy", { retryAfterSeconds: 1 });
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  const known = code === undefined ? undefined : FASTIFY_PROBLEMS[code];
  if (known) return new Refusal(known);
  if (error instanceof SyntaxError && statusCode === 400) return new Refusal("invalid_request");
  // The database is restarting, or a row is held for long: repeating with the same key is safe.
  const state = sqlState(error);
  const transient =
    state !== undefined && /^(57P0[123]|55P03|53\d{3}|40001|40P01|08\d{3})$/.test(state);
  const broken = code !== undefined && /^(CONNECTION_|ECONN|EPIPE|ENOENT)/.test(code);
  if (transient || broken) return new Refusal("server_busy", { retryAfterSeconds: 1 });
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500
    ? new Refusal("invalid_request")
    : null;
}

/** A Fastify with our refusals, limits and headers; routes are mounted on it afterwards. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: options.logger as FastifyBaseLogger,
    // One line a request would cost more than the request; metrics say how many there were.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    routerOptions: { maxParamLength: 700 },
    // Addresses that cannot be decoded never reach a route; they get a problem document all the same.
    frameworkErrors: (_error, request, reply) =>
      void sendProblem(request, reply, new Refusal("invalid_request")),
    requestTimeout: 30_000,
    forceCloseConnections: "idle",
  });
  await app.register(cookie);
  // An empty body is no body: some routes need none, and clients send the header all the same.
  app.decorateRequest("rawBody", "");
  app.removeAllContentTypeParsers();
  const parseJson = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    request.rawBody = body as string;
    if (body === "") done(null, undefined);
    else void parseJson(request, body as string, done);
  });
  app.setErrorHandler((error, request, reply) => {
    const refusal = refusalOf(error);
    if (!refusal) request.log.error({ err: error, route: request.routeOptions.url }, "bug");
    return sendProblem(request, reply, refusal ?? new Refusal("internal_error"));
  });
  app.setNotFoundHandler((request, reply) => sendProblem(request, reply, new Refusal("not_found")));
  return app;
}

/**
 * Security headers for pages. Not for the API: its answers are never shown as a document, and each
 * header costs every one of a million joins.
 */
export async function withPageHeaders(
  app: FastifyInstance,
  mountPages: (pages: FastifyInstance) => Promise<void> | void,
): Promise<void> {
  await app.register(async (pages) => {
    await pages.register(helmet, {
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'"],
          imgSrc: ["'self'", "data:"],
          connectSrc: ["'self'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
          baseUri: ["'none'"],
        },
      },
      strictTransportSecurity: false, // the proxy that ends TLS says so, once it is sure
    });
    await mountPages(pages);
  });
}
