/*
 * Mounts lines of the route table on Fastify: identity and limits, then the body, then the handler
 * inside its transaction.
 */

import { must } from "../base/assert.ts";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { RouteContract } from "../api/contract.ts";
import type { Query, Transaction } from "../db/connect.ts";
import { groupCommit } from "../db/groupCommit.ts";
import { documentOf, sendDocument } from "./document.ts";
import { check, identify, readCall, type Call, type HttpDeps, type Input } from "./call.ts";
import { setCookies } from "./cookies.ts";
import { headersOf } from "./headers.ts";
import {
  inFlightIfLocked,
  readRequestKey,
  runOnce,
  runBatchOnce,
  type Answer,
  type Outcome,
} from "./idempotency.ts";
import { writeLine } from "./io/operatorLog.ts";
import { unlessRefused } from "./problem.ts";

const JSON_TYPE = "application/json; charset=utf-8";

/** Returned by a handler that has sent its answer itself. */
export const SENT = Symbol("sent");

type PlainHandler<C extends RouteContract> = (
  call: Call<C>,
  reply: FastifyReply,
) => Promise<Answer | typeof SENT>;
type StoredHandler<C extends RouteContract> = (tx: Transaction, call: Call<C>) => Promise<Answer>;

/** The handler type of a contract; with `stored` it runs inside a transaction. */
export type HandlerOf<C extends RouteContract> = C["repeat"] extends "stored"
  ? StoredHandler<C>
  : PlainHandler<C>;

export function sendAnswer(deps: HttpDeps, reply: FastifyReply, answer: Answer): FastifyReply {
  if (answer.cookies) setCookies(reply, answer.cookies, deps.secureCookies);
  return reply
    .code(answer.status)
    .headers(answer.headers ?? {})
    .send(answer.body);
}

/**
 * Writes the log line, unless the handler does; returns the answer without the parts meant for the
 * log.
 */
async function afterWork<C extends RouteContract>(
  sql: Query,
  contract: C,
  call: Call<C>,
  answered: Answer,
): Promise<Answer> {
  const { logs } = contract;
  if (typeof logs !== "object") return answered;
  if (logs.writtenBy !== "handler") await writeLine(sql, contract, call, answered);
  const { about: _about, ...answer } = answered;
  return answer;
}

/** A check of the path before the body is read; throws the refusal. */
export type Admission<C extends RouteContract> = (params: Input<C["params"]>) => Promise<void>;

/**
 * Mounts one line of the route table, with its operator-log line. `admit` is for paths that already
 * tell whether the body is worth reading (a dead link is not).
 */
export function mount<C extends RouteContract>(
  app: FastifyInstance,
  deps: HttpDeps,
  contract: C,
  handler: HandlerOf<C>,
  admit?: Admission<C>,
): void {
  const answer: PlainHandler<C> = async (call, reply) => {
    const { sql, keyring } = deps;
    if (contract.repeat !== "stored") {
      const result = await (handler as PlainHandler<C>)(call, reply);
      return result === SENT ? SENT : await afterWork(sql, contract, call, result);
    }
    return await runOnce({ sql, keyring, nowMs: call.nowMs }, call, async (tx) =>
      afterWork(tx, contract, call, await (handler as StoredHandler<C>)(tx, call)),
    );
  };
  route(app, deps, contract, {
    answer: (call, reply) => deps.limits.run(contract.cost, () => answer(call, reply)),
    admit,
  });
}

/**
 * Like `mount`, for work that must not hold a database connection. `prepare` runs before the
 * transaction, as many at once as its kind of cost allows, and `work` gets its result. A repeated
 * request is prepared again and then gets its first answer, so `prepare` may refuse only what is
 * refused to a repeated request as well.
 */
export function mountPrepared<C extends RouteContract & { readonly repeat: "stored" }, Prepared>(
  app: FastifyInstance,
  deps: HttpDeps,
  contract: C,
  options: {
    /** Runs first and outside the queue of works, so a statement at most; throws the refusal. */
    readonly check?: (call: Call<C>) => Promise<void> | void;
    readonly prepare: (call: Call<C>) => Promise<Prepared>;
    readonly work: (tx: Transaction, call: Call<C>, prepared: Prepared) => Promise<Answer>;
    readonly admit?: Admission<C>;
  },
): void {
  const { sql, keyring } = deps;
  const answer: PlainHandler<C> = async (call) => {
    await options.check?.(call);
    const prepared = await deps.limits.run(contract.cost, () => options.prepare(call));
    return await runOnce({ sql, keyring, nowMs: call.nowMs }, call, async (tx) =>
      afterWork(tx, contract, call, await options.work(tx, call, prepared)),
    );
  };
  route(app, deps, contract, { answer, admit: options.admit });
}

/**
 * Caller, limits and capability are checked on the headers alone: no stranger makes the server read
 * and parse megabytes. The call's time is read after the body: a request counts from its
 * completion.
 */
function route<C extends RouteContract>(
  app: FastifyInstance,
  deps: HttpDeps,
  contract: C,
  {
    answer,
    admit,
  }: { readonly answer: PlainHandler<C>; readonly admit?: Admission<C> | undefined },
): void {
  const sent = headersOf(contract);
  app.route({
    method: contract.method,
    url: contract.path,
    config: {
      cost: contract.cost,
      byAccount: contract.auth !== "public",
      ...(contract.upload ? { upload: contract.upload } : {}),
    },
    ...(contract.bodyLimitBytes ? { bodyLimit: contract.bodyLimitBytes } : {}),
    onRequest: async (request) => {
      request.headMs = deps.clock.nowMs();
      request.who = await identify(deps, contract, request, request.headMs);
      if (!admit) return;
      // In the order of readCall: first the key, then the path.
      readRequestKey(request.headers["idempotency-key"]);
      await admit(check(contract.params, request.params, "path") as Input<C["params"]>);
    },
    handler: async (request, reply) => {
      const { who } = request;
      if (who === null) throw new Error("nobody asked who this is");
      try {
        const checked = readCall(deps, contract, request, who);
        const call = contract.upload ? { ...checked, gone: whenGone(reply) } : checked;
        reply.headers(sent);
        const result = await answer(call, reply);
        if (result === SENT) return reply;
        if (contract.cache !== "shared") return sendAnswer(deps, reply, result);
        const document = documentOf(JSON.stringify(result.body));
        return await sendDocument(request, reply.headers(result.headers ?? {}), {
          document,
          type: JSON_TYPE,
        });
      } finally {
        await request.upload?.discard();
      }
    },
  });
}

/** Aborts when the connection closes before the answer: nobody waits any longer. */
function whenGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  const { raw } = reply;
  raw.once("close", () => {
    if (!raw.writableEnded) gone.abort();
  });
  // It may have closed while the last of the body was being written to disk.
  if (raw.destroyed) gone.abort();
  return gone.signal;
}

/**
 * Like `mount`, for a route that a crowd calls at the same moment. Calls that arrive while the
 * database is busy share one transaction, each with its own outcome. Calls with the same `about`
 * run one after the other.
 */
export function mountGrouped<
  C extends RouteContract & { readonly repeat: "stored"; readonly logs?: never },
>(
  app: FastifyInstance,
  deps: HttpDeps,
  contract: C,
  options: {
    readonly about: (call: Call<C>) => string;
    readonly work: (tx: Transaction, calls: readonly Call<C>[]) => Promise<readonly Outcome[]>;
  },
): void {
  const { sql, keyring, clock } = deps;
  const answer = groupCommit<Call<C>, Outcome>({
    about: options.about,
    flush: (calls) =>
      runBatchOnce({ sql, keyring, nowMs: clock.nowMs() }, calls, (tx, fresh) =>
        options.work(
          tx,
          fresh.map((at) => must(calls[at], "positions are of the calls")),
        ),
      ),
  });
  route(app, deps, contract, {
    answer: async (call) => unlessRefused(await answer(call).catch(inFlightIfLocked)),
  });
}
