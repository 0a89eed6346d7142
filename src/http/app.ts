import { createServer } from "node:http";
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
import { languageOf } from "./call.ts";
import type { FrontDoor } from "./frontDoor.ts";
import { problemReply, Refusal, refusalOf } from "./problem.ts";

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
  readonly door: FrontDoor;
}

const BODY_LIMIT_BYTES = 16_384;

function sendProblem(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  const { status, headers, body } = problemReply(refusal, languageOf(request));
  return reply.code(status).headers(headers).send(body);
}

/** A Fastify with our refusals, limits and headers; routes are mounted on it afterwards. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const app = fastify({
    serverFactory: (house, serverOptions) =>
      createServer(serverOptions, options.door.listener(house)),
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
    if (!refusal) {
      options.door.times.failed();
      request.log.error({ err: error, route: request.routeOptions.url }, "bug");
    }
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
  /** Hashes of styles that pages carry inside them. */
  styleHashes: readonly string[],
  mountPages: (pages: FastifyInstance) => Promise<void> | void,
): Promise<void> {
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
      strictTransportSecurity: false, // the proxy that ends TLS says so, once it is sure
    });
    await mountPages(pages);
  });
}
