import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import { roleCan } from "../access/role.ts";
import { RateLimiter, type RateRule } from "../access/rateLimit.ts";
import type { Session } from "../access/session.ts";
import type { Keyring } from "../access/io/keyring.ts";
import type { RouteContract } from "../api/contract.ts";
import { needsRequestKey } from "../api/openapi.ts";
import type { Clock } from "../base/clock.ts";
import type { Sql, Transaction } from "../db/connect.ts";
import { requireBuyer, requireOperator, type OperatorIdentity } from "./identify.ts";
import { digestKey, readRequestKey, runOnce, type Answer } from "./idempotency.ts";
import { Refusal } from "./problem.ts";

/** What the wiring of every route needs. */
export interface HttpDeps {
  readonly sql: Sql;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly limiter: RateLimiter;
  /**
   * Anonymous requests by network address, sized for a carrier's NAT. Null: not limited, for a
   * rehearsal in which one address plays the whole crowd.
   */
  readonly addressRule: RateRule | null;
  /** Cookies are marked `Secure`; false only for plain HTTP on one's own machine. */
  readonly secureCookies: boolean;
}

/** A signed-in person's requests: far above what hands can do, far below what a script likes. */
const ACCOUNT_RULE: RateRule = { burst: 40, perSecond: 4 };
const OPERATOR_RULE: RateRule = { burst: 200, perSecond: 50 };

type Input<T> = T extends z.ZodType ? z.output<T> : undefined;

/** What a handler is given: checked input and who asks. */
export interface Call<C extends RouteContract> {
  readonly params: Input<C["params"]>;
  readonly query: Input<C["query"]>;
  readonly body: Input<C["body"]>;
  readonly nowMs: number;
  readonly language: "id" | "en";
  readonly request: FastifyRequest;
  readonly buyer: C["auth"] extends "buyer" ? Session : undefined;
  readonly operator: C["auth"] extends "operator" ? OperatorIdentity : undefined;
  /** Set on POST: digests that tell a repeated request from a new one. */
  readonly requestKey: string;
  readonly requestFingerprint: string;
}

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

function check(schema: z.ZodType | undefined, value: unknown, place: string): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.map((issue) => ({
    field: [place, ...issue.path.map(String)].join("."),
    reason: issue.message,
  }));
  throw new Refusal("invalid_request", { errors });
}

export function languageOf(request: FastifyRequest): "id" | "en" {
  const asked = (request.query as { lang?: unknown } | undefined)?.lang ?? request.cookies?.lang;
  if (asked === "en" || asked === "id") return asked;
  return /^\s*en\b/i.test(request.headers["accept-language"] ?? "") ? "en" : "id";
}

function refuseIfTooOften(deps: HttpDeps, key: string, rule: RateRule, nowMs: number): void {
  const retryAfterSeconds = deps.limiter.take(key, rule, nowMs);
  if (retryAfterSeconds > 0) throw new Refusal("rate_limited", { retryAfterSeconds });
}

/** Who asks, after the limits that apply to them. */
async function identify(
  deps: HttpDeps,
  contract: RouteContract,
  request: FastifyRequest,
  nowMs: number,
): Promise<{ buyer?: Session; operator?: OperatorIdentity; scope: string }> {
  if (contract.auth === "buyer") {
    const buyer = requireBuyer(request, deps.keyring, nowMs);
    refuseIfTooOften(deps, buyer.accountKey, ACCOUNT_RULE, nowMs);
    return { buyer, scope: buyer.accountKey };
  }
  if (contract.auth === "operator") {
    const operator = await requireOperator(request, { ...deps, nowMs });
    refuseIfTooOften(deps, operator.operatorId, OPERATOR_RULE, nowMs);
    if (contract.capability && !roleCan(operator.role, contract.capability)) {
      throw new Refusal("not_allowed");
    }
    return { operator, scope: operator.operatorId };
  }
  if (deps.addressRule && contract.method === "POST") {
    refuseIfTooOften(deps, `address ${request.ip}`, deps.addressRule, nowMs);
  }
  return { scope: ANONYMOUS };
}

const ANONYMOUS = "00000000-0000-0000-0000-000000000000";

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
  const keyed = needsRequestKey(contract);
  app.route({
    method: contract.method,
    url: contract.path,
    ...(contract.bodyLimitBytes ? { bodyLimit: contract.bodyLimitBytes } : {}),
    handler: async (request, reply) => {
      const nowMs = deps.clock.nowMs();
      const who = await identify(deps, contract, request, nowMs);
      const key = keyed ? readRequestKey(request.headers["idempotency-key"]) : "";
      const call = {
        params: check(contract.params, request.params, "path"),
        query: check(contract.query, request.query, "query"),
        body: check(contract.body, request.body ?? undefined, "body"),
        nowMs,
        language: languageOf(request),
        request,
        buyer: who.buyer,
        operator: who.operator,
        requestKey: keyed ? digestKey(`${contract.id} ${key}`) : "",
        requestFingerprint: keyed
          ? digestKey(`${request.url}\n${JSON.stringify(request.body ?? null)}`)
          : "",
      } as unknown as Call<C>;
      if (contract.repeat === "stored") {
        const { requestKey, requestFingerprint } = call;
        const answer = await runOnce(
          { sql: deps.sql, keyring: deps.keyring, nowMs },
          { scope: who.scope, requestKey, requestFingerprint },
          (tx) => (handler as StoredHandler<C>)(tx, call),
        );
        return sendAnswer(deps, reply, answer);
      }
      const result = await (handler as PlainHandler<C>)(call, reply);
      return result === SENT ? reply : sendAnswer(deps, reply, result);
    },
  });
}
