/*
 * Turns a request into a checked call of its route. Order of checks: caller, idempotency key,
 * malformed text, path, query, body. A handler never sees unchecked input.
 */

import type { z } from "zod";
import { isLanguage, languageOfTag, type Language } from "../base/language.ts";
import type { RateLimiter, RateRule } from "../access/rateLimit.ts";
import type { Session } from "../access/session.ts";
import type { Keyring } from "../access/io/keyring.ts";
import type { RouteContract } from "../api/contract.ts";
import { needsRequestKey } from "../api/openapi.ts";
import type { Clock } from "../base/clock.ts";
import type { Sql } from "../db/connect.ts";
import type { Fence } from "../db/fence.ts";
import { mayCall, requireBuyer, requireOperator, type OperatorIdentity } from "./identify.ts";
import { digestKey, readRequestKey, saleOfRequest } from "./idempotency.ts";
import { malformedTextFields } from "./malformedText.ts";
import { refuseIfTooOften, type CostLimits } from "./limits.ts";
import { MALFORMED_TEXT } from "../base/wellFormedText.ts";
import { Refusal } from "./problem.ts";
import type { Proxies } from "./proxies.ts";
import type { ServerRegistry } from "./io/serverRegistry.ts";
import type { SessionEnds } from "./io/sessionEnds.ts";
import type { UploadedFile } from "./upload.ts";
import type { RequestInput } from "./requestInput.ts";

/** Dependencies of every route. */
export interface HttpDeps {
  readonly sql: Sql;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly limiter: RateLimiter;
  readonly limits: CostLimits;
  /** Whether cookies are `Secure`; false only for plain HTTP on one's own machine. */
  readonly secureCookies: boolean;
  /** Proxies between browsers and this server. */
  readonly proxies: Proxies;
  /** Whether the database still has what was acknowledged. */
  readonly fence: Pick<Fence, "isClosed">;
  /** Buyers' sessions that were ended before their time. */
  readonly sessionEnds: SessionEnds;
  /** The servers on this database. */
  readonly servers: ServerRegistry;
}

/** Limit per signed-in person: far above manual use, far below a script. */
const ACCOUNT_RULE: RateRule = { burst: 40, perSecond: 4 };
const OPERATOR_RULE: RateRule = { burst: 200, perSecond: 50 };

/** A person decides, so it takes minutes. */
const WENT_BACK_RETRY_SECONDS = 30;

const ANONYMOUS = "00000000-0000-0000-0000-000000000000";

const NOBODY: Identity = { scope: ANONYMOUS };

export type Input<T> = T extends z.ZodType ? z.output<T> : undefined;

/** The handler's argument: checked input and the caller. */
export interface Call<C extends RouteContract> {
  readonly params: Input<C["params"]>;
  readonly query: Input<C["query"]>;
  readonly body: Input<C["body"]>;
  readonly nowMs: number;
  readonly language: Language;
  readonly request: RequestInput;
  readonly files: readonly UploadedFile[];
  /** Set for uploads: aborts when the caller disconnects. */
  readonly gone?: AbortSignal | undefined;
  readonly buyer: C["auth"] extends "buyer" ? Session : undefined;
  readonly operator: C["auth"] extends "operator" ? OperatorIdentity : undefined;
  /** The owner of the key: two people may choose the same one. */
  readonly scope: string;
  /** Set on POST: digests that distinguish a repeated request from a new one. */
  readonly requestKey: string;
  readonly requestFingerprint: string;
  /** The sale of the request, which decides how long its answer is kept. */
  readonly aboutSale: string | null;
}

/** The value parsed by the schema. Throws a refusal that names each bad field. */
export function check(schema: z.ZodType | undefined, value: unknown, place: string): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.map((issue) => ({
    field: [place, ...issue.path.map(String)].join("."),
    reason: issue.message,
  }));
  throw new Refusal("invalid_request", { errors });
}

/** The caller's language: from the address, else the cookie, else the browser's header. */
export function languageOf(request: Pick<RequestInput, "query" | "cookies" | "headers">): Language {
  const asked = (request.query as { lang?: unknown } | undefined)?.lang ?? request.cookies?.lang;
  return isLanguage(asked) ? asked : languageOfTag(request.headers["accept-language"]);
}

function refuseMalformedText(request: RequestInput): void {
  const fields = malformedTextFields(request);
  if (fields.length === 0) return;
  const errors = fields.map((field) => ({ field, reason: MALFORMED_TEXT }));
  throw new Refusal("invalid_request", { errors });
}

/** The caller, identified before the body is read. */
export interface Identity {
  readonly buyer?: Session;
  readonly operator?: OperatorIdentity;
  readonly scope: string;
}

/** The buyer of a request, after the applicable limit; reads no table. */
export function identifyBuyer(deps: HttpDeps, request: RequestInput, nowMs: number): Identity {
  const buyer = requireBuyer(request, deps, nowMs);
  refuseIfTooOften(deps.limiter, buyer.accountKey, ACCOUNT_RULE, nowMs);
  return { buyer, scope: buyer.accountKey };
}

/**
 * The caller, after the limits of a signed-in person. Addresses were counted before, in
 * `createApp`.
 */
export async function identify(
  deps: HttpDeps,
  contract: RouteContract,
  request: RequestInput,
  nowMs: number,
): Promise<Identity> {
  if (contract.auth === "buyer") return identifyBuyer(deps, request, nowMs);
  if (contract.auth === "operator") {
    const operator = await requireOperator(request, { ...deps, nowMs });
    refuseIfTooOften(deps.limiter, operator.operatorId, OPERATOR_RULE, nowMs);
    const { needs } = operator;
    if (needs !== null && !contract.beforeFactor?.includes(needs)) {
      throw new Refusal("second_factor_required");
    }
    if (!mayCall(operator, contract, request.params)) throw new Refusal("not_allowed");
    return { operator, scope: operator.operatorId };
  }
  return NOBODY;
}

const NO_FILES: readonly UploadedFile[] = [];

/** The files of a request; refuses if the route requires some and none came. */
function filesOf({ upload: rule }: RouteContract, request: RequestInput): readonly UploadedFile[] {
  if (!rule) return NO_FILES;
  const { upload } = request;
  if (!upload && rule.leastFiles > 0) throw new Refusal("unsupported_media_type");
  const files = upload?.files ?? NO_FILES;
  if (files.length >= rule.leastFiles) return files;
  const errors = [{ field: rule.field, reason: "is missing: the file" }];
  throw new Refusal("invalid_request", { errors });
}

const digestsOf = (files: readonly UploadedFile[]): string =>
  files.map(({ name, digest }) => `\n${digest} ${name}`).join("");

/**
 * Distinguishes requests under one key. Keyed: a body may hold only a phone number, and with a
 * plain hash a reader of the database could try all numbers.
 */
function fingerprintOf(
  keyring: Keyring,
  request: RequestInput,
  files: readonly UploadedFile[],
): string {
  const body = JSON.stringify(request.body ?? null);
  return keyring.identityKey("request", `${request.url}\n${body}${digestsOf(files)}`);
}

/**
 * Checks a request and builds its call; throws the refusal. Every route checks in the same order:
 * caller, key, malformed text, path (unless checked before), query, body.
 */
export function readCall<C extends RouteContract>(
  deps: Pick<HttpDeps, "keyring" | "clock" | "fence">,
  contract: C,
  request: RequestInput,
  who: Identity,
  checkedParams?: unknown,
): Call<C> {
  if (contract.method === "POST" && contract.auth === "buyer" && deps.fence.isClosed) {
    throw new Refusal("database_went_back", { retryAfterSeconds: WENT_BACK_RETRY_SECONDS });
  }
  const nowMs = deps.clock.nowMs();
  const key = needsRequestKey(contract) ? readRequestKey(request.headers["idempotency-key"]) : null;
  refuseMalformedText(request);
  const params = checkedParams ?? check(contract.params, request.params, "path");
  const query = check(contract.query, request.query, "query");
  const files = filesOf(contract, request);
  const body = check(contract.body, request.body ?? undefined, "body");
  // An entry's row stores its input, so a different payload is detected by comparison instead of a
  // digest.
  const digested = key !== null && contract.repeat !== "entry";
  return {
    params,
    query,
    body,
    nowMs,
    request,
    files,
    language: languageOf(request),
    buyer: who.buyer,
    operator: who.operator,
    scope: who.scope,
    requestKey: key === null ? "" : digestKey(`${contract.id} ${who.scope} ${key}`),
    requestFingerprint: digested ? fingerprintOf(deps.keyring, request, files) : "",
    aboutSale: digested ? saleOfRequest(contract.path, params) : null,
  } as unknown as Call<C>;
}
