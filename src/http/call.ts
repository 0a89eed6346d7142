import type { z } from "zod";
import { isLanguage, languageOfTag, type Language } from "../base/language.ts";
import type { RateLimiter, RateRule } from "../access/rateLimit.ts";
import type { Session } from "../access/session.ts";
import type { Keyring } from "../access/io/keyring.ts";
import type { RouteContract } from "../api/contract.ts";
import { needsRequestKey } from "../api/openapi.ts";
import type { Clock } from "../base/clock.ts";
import type { Sql } from "../db/connect.ts";
import { requireBuyer, requireOperator, type OperatorIdentity } from "./identify.ts";
import { digestKey, readRequestKey, saleOfRequest } from "./idempotency.ts";
import { unkeepableFields } from "./keepable.ts";
import { refuseIfTooOften, type CostLimits } from "./limits.ts";
import { UNKEEPABLE } from "../base/keepable.ts";
import { Refusal } from "./problem.ts";
import type { Proxies } from "./proxies.ts";
import type { UploadedFile } from "./upload.ts";
import type { RequestInput } from "./requestInput.ts";

/** What the wiring of every route needs. */
export interface HttpDeps {
  readonly sql: Sql;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly limiter: RateLimiter;
  readonly limits: CostLimits;
  /** Cookies are marked `Secure`; false only for plain HTTP on one's own machine. */
  readonly secureCookies: boolean;
  /** What stands between browsers and this server. */
  readonly proxies: Proxies;
}

/** A signed-in person's requests: far above what hands can do, far below what a script likes. */
const ACCOUNT_RULE: RateRule = { burst: 40, perSecond: 4 };
const OPERATOR_RULE: RateRule = { burst: 200, perSecond: 50 };

const ANONYMOUS = "00000000-0000-0000-0000-000000000000";

const NOBODY: Identity = { scope: ANONYMOUS };

export type Input<T> = T extends z.ZodType ? z.output<T> : undefined;

/** What a handler is given: checked input and who asks. */
export interface Call<C extends RouteContract> {
  readonly params: Input<C["params"]>;
  readonly query: Input<C["query"]>;
  readonly body: Input<C["body"]>;
  readonly nowMs: number;
  readonly language: Language;
  readonly request: RequestInput;
  readonly files: readonly UploadedFile[];
  /** Set where files come: aborts when the caller has hung up. */
  readonly gone?: AbortSignal | undefined;
  readonly buyer: C["auth"] extends "buyer" ? Session : undefined;
  readonly operator: C["auth"] extends "operator" ? OperatorIdentity : undefined;
  /** Whose keys these are: two people may choose the same one. */
  readonly scope: string;
  /** Set on POST: digests that tell a repeated request from a new one. */
  readonly requestKey: string;
  readonly requestFingerprint: string;
  /** Which sale it is about, for how long its answer must be kept. */
  readonly aboutSale: string | null;
}

/** A value that the schema accepts; throws the refusal that names each field and what is wrong with it. */
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

/** What the caller reads: as asked in the address, else as chosen before, else as the browser says. */
export function languageOf(request: Pick<RequestInput, "query" | "cookies" | "headers">): Language {
  const asked = (request.query as { lang?: unknown } | undefined)?.lang ?? request.cookies?.lang;
  return isLanguage(asked) ? asked : languageOfTag(request.headers["accept-language"]);
}

function refuseUnkeepable(request: RequestInput): void {
  const fields = unkeepableFields(request);
  if (fields.length === 0) return;
  const errors = fields.map((field) => ({ field, reason: UNKEEPABLE }));
  throw new Refusal("invalid_request", { errors });
}

/** Who asks: settled before a body is read. */
export interface Identity {
  readonly buyer?: Session;
  readonly operator?: OperatorIdentity;
  readonly scope: string;
}

/** The buyer who asks, after the limit that applies: no table is read. */
export function identifyBuyer(deps: HttpDeps, request: RequestInput, nowMs: number): Identity {
  const buyer = requireBuyer(request, deps, nowMs);
  refuseIfTooOften(deps.limiter, buyer.accountKey, ACCOUNT_RULE, nowMs);
  return { buyer, scope: buyer.accountKey };
}

/** Who asks, after the limits that apply to a signed-in person; an address is counted before, by `createApp`. */
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
    if (contract.capability && !operator.capabilities.includes(contract.capability)) {
      throw new Refusal("not_allowed");
    }
    return { operator, scope: operator.operatorId };
  }
  return NOBODY;
}

const NO_FILES: readonly UploadedFile[] = [];

/** The files of a request; throws the refusal when the route needs some. */
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
 * Tells another request under the same key. Keyed: a body may be a phone number and nothing else, and without a
 * secret whoever reads the database could try all numbers.
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
 * Checks everything that came and makes the call of it; throws the refusal. The order is the same for
 * every route: who asks, the key, text that cannot be kept, the path (unless its parameters were checked
 * before), the query, the body.
 */
export function readCall<C extends RouteContract>(
  deps: Pick<HttpDeps, "keyring" | "clock">,
  contract: C,
  request: RequestInput,
  who: Identity,
  checkedParams?: unknown,
): Call<C> {
  const nowMs = deps.clock.nowMs();
  const key = needsRequestKey(contract) ? readRequestKey(request.headers["idempotency-key"]) : null;
  refuseUnkeepable(request);
  const params = checkedParams ?? check(contract.params, request.params, "path");
  const query = check(contract.query, request.query, "query");
  const files = filesOf(contract, request);
  const body = check(contract.body, request.body ?? undefined, "body");
  // An entry's row holds what it was made of: another payload is told by comparing, not by a digest.
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
