import type { FastifyInstance, FastifyReply } from "fastify";
import type { RouteContract } from "../api/contract.ts";
import type { Transaction } from "../db/connect.ts";
import { identify, readCall, type Call, type HttpDeps } from "./call.ts";
import { runOnce, type Answer } from "./idempotency.ts";

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
  return reply.code(answer.status).send(answer.body);
}

/** Puts one line of the route table on the server. */
export function mount<C extends RouteContract>(
  app: FastifyInstance,
  deps: HttpDeps,
  contract: C,
  handler: HandlerOf<C>,
): void {
  app.route({
    method: contract.method,
    url: contract.path,
    ...(contract.bodyLimitBytes ? { bodyLimit: contract.bodyLimitBytes } : {}),
    handler: async (request, reply) => {
      const nowMs = deps.clock.nowMs();
      const who = await identify(deps, contract, request, nowMs);
      const call = readCall(contract, request, who, nowMs);
      if (contract.repeat === "stored") {
        const { scope, requestKey, requestFingerprint } = call;
        const answer = await runOnce(
          { sql: deps.sql, keyring: deps.keyring, nowMs },
          { scope, requestKey, requestFingerprint },
          (tx) => (handler as StoredHandler<C>)(tx, call),
        );
        return sendAnswer(deps, reply, answer);
      }
      const result = await (handler as PlainHandler<C>)(call, reply);
      return result === SENT ? reply : sendAnswer(deps, reply, result);
    },
  });
}
