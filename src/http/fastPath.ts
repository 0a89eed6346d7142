/*
 * The fast path answers routes that a crowd calls at the same moment on the bare HTTP server, in
 * front of Fastify, whose hooks and objects would cost about as much as all checks of such a route
 * (docs/decisions/0007).
 * It takes only the plain case; everything else goes to the same route on Fastify, unread. Both
 * paths parse and check with the same code, and a test compares their answers: they must never
 * differ.
 */

import type { AnswerTimes } from "./answerTimes.ts";
import { fastifyCookie } from "@fastify/cookie";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { RouteContract } from "../api/contract.ts";
import { check, identifyBuyer, languageOf, readCall, type Call, type HttpDeps } from "./call.ts";
import { PRIVATE_HEADERS } from "./headers.ts";
import type { Answer } from "./idempotency.ts";
import { problemReply, Refusal, refusalOf } from "./problem.ts";
import type { RequestInput } from "./requestInput.ts";

type FastPathContract = RouteContract & { readonly auth: "buyer"; readonly query?: undefined } & (
    | { readonly method: "GET" }
    | { readonly method: "POST"; readonly repeat: "entry"; readonly bodyLimitBytes: number }
  );

interface DoorRoute {
  readonly method: "GET" | "POST";
  readonly path: RegExp;
  /** 0 without a body. */
  readonly bodyLimitBytes: number;
  /** Identifies the caller and applies the limit before the body is read; throws the refusal. */
  readonly begin: (request: IncomingMessage, params: unknown) => Finish;
  readonly readParams: (match: RegExpExecArray) => unknown;
}

/** Answers a request after its body has arrived. */
type Finish = (body: string) => Promise<Answer>;

/** Checked path parameters, cached so that one path is not checked a million times. */
const KNOWN_PATHS = 100;

/** Headers of every answer: all callers here are buyers. */
const HEADERS = { "content-type": "application/json; charset=utf-8", ...PRIVATE_HEADERS };

export class FastPath {
  readonly #logger: Logger;
  readonly #routes: DoorRoute[] = [];
  /** Response times, whoever answers. */
  readonly times: AnswerTimes;
  #draining = false;

  constructor(logger: Logger, times: AnswerTimes) {
    this.#logger = logger;
    this.times = times;
  }

  /** Mounts a route in front of Fastify's, with the same handler. */
  mount<C extends FastPathContract>(
    deps: HttpDeps,
    contract: C,
    handler: (call: Call<C>) => Promise<Answer>,
  ): void {
    const names = [...contract.path.matchAll(/:(\w+)/g)].map((match) => match[1] as string);
    const path = new RegExp(`^${contract.path.replace(/:\w+/g, "([\\w-]{1,63})")}$`);
    const known = new Map<string, unknown>();
    this.#routes.push({
      method: contract.method,
      path,
      bodyLimitBytes: contract.method === "GET" ? 0 : contract.bodyLimitBytes,
      readParams: (match) => {
        const seen = known.get(match[0]);
        if (seen !== undefined) return seen;
        const texts = Object.fromEntries(names.map((name, i) => [name, match[i + 1]]));
        const params = check(contract.params, texts, "path");
        if (known.size < KNOWN_PATHS) known.set(match[0], params);
        return params;
      },
      begin: (message, params) => {
        const headMs = deps.clock.nowMs();
        const asked: RequestInput & { rawBody: string; body: unknown } = {
          method: contract.method,
          url: message.url as string,
          headers: message.headers,
          cookies: cookiesOf(message),
          params,
          query: NOTHING,
          rawBody: "",
          headMs,
          ip: "",
          socket: message.socket,
          raw: message,
          body: undefined,
        };
        const who = identifyBuyer(deps, asked, headMs);
        return async (body) => {
          asked.rawBody = body;
          if (body !== "") asked.body = parseBody(body);
          return await handler(readCall(deps, contract, asked, who, params));
        };
      },
    });
  }

  /**
   * From now on each answer closes its connection, so that the client's next request finds another
   * server.
   */
  drain(): void {
    this.#draining = true;
  }

  /** Whether this server is stopping. */
  get draining(): boolean {
    return this.#draining;
  }

  /** The server's request listener: the fast path first, then Fastify. */
  listener(fastify: RequestListener): RequestListener {
    return (request, response) => {
      if (this.times.arrived()) {
        const startMs = performance.now();
        response.once("finish", () => this.times.took(performance.now() - startMs));
      }
      if (!this.#take(request, response)) fastify(request, response);
    };
  }

  #take(request: IncomingMessage, response: ServerResponse): boolean {
    for (const route of this.#routes) {
      if (request.method !== route.method || !isPlain(request, route.bodyLimitBytes)) continue;
      const match = route.path.exec(request.url as string);
      if (!match) continue;
      let params: unknown;
      try {
        params = route.readParams(match);
      } catch {
        return false; // a path that the contract refuses: the other route says so
      }
      this.#read(route, params, request, response);
      return true;
    }
    return false;
  }

  #read(
    route: DoorRoute,
    params: unknown,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    let finish: Finish;
    try {
      finish = route.begin(request, params);
    } catch (error) {
      this.#refuse(error, request, response);
      return;
    }
    const answer = (body: string) =>
      finish(body).then(
        ({ status, headers, body: answered }) =>
          this.#send(
            response,
            status,
            headers ? { ...HEADERS, ...headers } : HEADERS,
            JSON.stringify(answered),
          ),
        (error: unknown) => this.#refuse(error, request, response),
      );
    if (route.method === "GET") {
      void answer("");
      return;
    }
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
      void answer(body.toString("utf8"));
    });
  }

  #refuse(error: unknown, request: IncomingMessage, response: ServerResponse): void {
    const refusal = refusalOf(error);
    if (!refusal) {
      this.times.failed();
      this.#logger.error({ err: error, route: "fast path" }, "bug");
    }
    const language = languageOf({
      query: NOTHING,
      cookies: cookiesOf(request),
      headers: request.headers,
    });
    const { status, headers, body } = problemReply(
      refusal ?? new Refusal("internal_error"),
      language,
    );
    this.#send(response, status, headers, body);
  }

  /** With its length known, head and body leave in one write; without it, in chunks. */
  #send(
    response: ServerResponse,
    status: number,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): void {
    response.statusCode = status;
    for (const name in headers) response.setHeader(name, headers[name] as string);
    if (this.#draining) response.setHeader("connection", "close");
    response.end(body);
  }
}

/**
 * No body, or JSON of a known length with one of the two usual content types, as browsers and
 * clients send.
 */
function isPlain({ headers }: IncomingMessage, bodyLimitBytes: number): boolean {
  const said = headers["content-length"];
  if (bodyLimitBytes === 0) return said === undefined && headers["transfer-encoding"] === undefined;
  const type = headers["content-type"];
  const length = Number(said);
  return (
    (type === "application/json" || type === "application/json; charset=utf-8") &&
    length <= bodyLimitBytes && // false for NaN: a body in chunks goes to Fastify
    headers["transfer-encoding"] === undefined &&
    headers.expect === undefined
  );
}

const NOTHING = {};

function cookiesOf({ headers }: IncomingMessage): Readonly<Record<string, string | undefined>> {
  return headers.cookie === undefined ? NOTHING : fastifyCookie.parse(headers.cookie);
}

/** Parses JSON as Fastify does; the strict schema refuses unknown names. */
function parseBody(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal("invalid_request");
  }
  const poisoned = (name: string) => Object.hasOwn(value as object, name);
  if (value !== null && (poisoned("__proto__") || poisoned("constructor"))) {
    throw new Refusal("invalid_request");
  }
  return value;
}
