import type { FastifyInstance, FastifyReply } from "fastify";
import type { RouteContract } from "../api/contract.ts";
import type { Transaction } from "../db/connect.ts";
import { together } from "../db/together.ts";
import { identify, readCall, type Call, type HttpDeps } from "./call.ts";
import {
  inFlightIfLocked,
  runOnce,
  runTogether,
  type Answer,
  type Outcome,
} from "./idempotency.ts";
import { unlessRefused } from "./problem.ts";

/** A handler that has sent its answer itself says so. */
export const SENT = Symbol("sent");

type PlainHandler<C extends RouteContract> = (
  call: Call<C>,
  reply: FastifyReply,
) => Promise<Answer | typeof SENT>;
type StoredHandler<C extends RouteContract> = (tx: Transaction, call: Call<C>) => Promise<Answer>;

/** The handler that a contract asks for: with `stored`, one that works inside a transaction. */
export type HandlerOf<C extends RouteContract> = C["repeat"] extends "stored"
  ? StoredHandler<C>
  : PlainHandler<C>;

export function sendAnswer(deps: HttpDeps, reply: FastifyReply, answer: Answer): FastifyReply {
  for (const cookie of answer.cookies ?? []) {
    const options = {
      path: "/",
      httpOnly: true,
      sameSite: "lax",
      secure: deps.secureCookies,
    } as const;
    if (cookie.value === null) reply.clearCookie(cookie.name, options);
    else reply.setCookie(cookie.name, cookie.value, options);
  }
  return reply
    .code(answer.status)
    .headers(answer.headers ?? {})
    .send(answer.body);
}

/** Puts one line of the route table on the server. */
export function mount<C extends RouteContract>(
  app: FastifyInstance,
  deps: HttpDeps,
  contract: C,
  handler: HandlerOf<C>,
): void {
  route(app, deps, contract, async (call, reply) => {
    if (contract.repeat !== "stored") return await (handler as PlainHandler<C>)(call, reply);
    const { sql, keyring } = deps;
    return await runOnce({ sql, keyring, nowMs: call.nowMs }, call, (tx) =>
      (handler as StoredHandler<C>)(tx, call),
    );
  });
}

function route<C extends RouteContract>(
  app: FastifyInstance,
  deps: HttpDeps,
  contract: C,
  handler: PlainHandler<C>,
): void {
  app.route({
    method: contract.method,
    url: contract.path,
    ...(contract.bodyLimitBytes ? { bodyLimit: contract.bodyLimitBytes } : {}),
    handler: async (request, reply) => {
      const nowMs = deps.clock.nowMs();
      const who = await identify(deps, contract, request, nowMs);
      const call = readCall(contract, request, who, nowMs);
      const result = await handler(call, reply);
      return result === SENT ? reply : sendAnswer(deps, reply, result);
    },
  });
}

/**
 * Like `mount`, for a route that a crowd calls all at once: calls that come while the database is busy are
 * answered in one transaction, each with an outcome of its own. Two that are `about` the same follow each other.
 */
export function mountTogether<C extends RouteContract & { readonly repeat: "stored" }>(
  app: FastifyInstance,
  deps: HttpDeps,
  contract: C,
  options: {
    readonly about: (call: Call<C>) => string;
    readonly work: (tx: Transaction, calls: readonly Call<C>[]) => Promise<readonly Outcome[]>;
  },
): void {
  const { sql, keyring, clock } = deps;
  const answer = together<Call<C>, Outcome>({
    about: options.about,
    flush: (calls) =>
      runTogether({ sql, keyring, nowMs: clock.nowMs() }, calls, (tx, fresh) =>
        options.work(
          tx,
          fresh.map((at) => calls[at]!),
        ),
      ),
  });
  route(app, deps, contract, async (call) =>
    unlessRefused(await answer(call).catch(inFlightIfLocked)),
  );
}
