/*
 * The form of the route table. Server, docs, fuzz test and clients read the same lines, so they
 * cannot differ.
 */

import type { z } from "zod";
import type { CostKind } from "./cost.ts";
import type { ProblemCode } from "./problems.ts";

/** Callers of a route. Operator routes name the required capability. */
export type RouteAuth = "public" | "buyer" | "operator";

/**
 * How a POST is made safe to repeat. `stored`: the first answer is kept and returned again.
 * `entry`: the entry's own row stores the key. `derived`: the answer follows from the body alone,
 * so nothing is stored. `event`: the sender's event id is the key (webhooks, which send no header
 * of ours).
 */
export type RouteRepeat = "stored" | "entry" | "derived" | "event";

/** Files in a request as multipart/form-data. The form's other fields are the body. */
export interface UploadRule {
  /** The form's name for the files. */
  readonly field: string;
  /** 0: the same route takes JSON without files. */
  readonly leastFiles: number;
  readonly mostFiles: number;
  readonly mostFileBytes: number;
  /** The refusal for a larger file. */
  readonly tooLarge: ProblemCode;
}

/** The part of a call that its log line may use. */
export interface LoggedCall<C extends RouteContract> {
  readonly params: Output<C["params"]>;
  readonly body: Output<C["body"]>;
}

type Output<T> = T extends z.ZodType ? z.output<T> : undefined;

/** The operator-log line of a call: who did what to what. */
export interface LogRule<GivenCall, GivenAnswer> {
  /** The actor of a call without a sign-in. */
  readonly who?: (call: GivenCall, answer: GivenAnswer) => string;
  readonly action: string | ((call: GivenCall, answer: GivenAnswer) => string);
  /** `about`: neither request nor answer names the subject; the handler does, in `Answer.about`. */
  readonly subject: "about" | ((call: GivenCall, answer: GivenAnswer) => string);
  /** Only some calls leave the line: the handler writes it, in its own transaction. */
  readonly writtenBy?: "handler";
}

/** One line of the route table. */
export interface RouteContract {
  readonly id: string;
  /** The cost of such a request, which determines rate limits and concurrency. */
  readonly cost: CostKind;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly summary: string;
  readonly auth: RouteAuth;
  readonly capability?:
    | "sale.read"
    | "sale.manage"
    | "outbox.read"
    | "people.manage"
    | "policy.manage"
    | "case.decide"
    | "case.unmask"
    | "batch.manage"
    | "batch.approve"
    | "appeal.decide"
    | "remedy.manage"
    | "report.publish";
  /** Needs of a session that do not close this route: all others ask for the second factor first. */
  readonly beforeFactor?: readonly ("give" | "set_up")[];
  /**
   * `shared`: the same answer for everybody. All other answers concern a person, and no cache
   * stores them.
   */
  readonly cache?: "shared";
  readonly repeat?: RouteRepeat;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly upload?: UploadRule;
  /** Largest JSON body in bytes. */
  readonly bodyLimitBytes?: number;
  readonly status: 200 | 201 | 202;
  readonly response: z.ZodType;
  /**
   * The operator-log line of a call, or the reason for none. Required for each POST of an operator.
   */
  readonly logs?: LogRule<never, never> | `never: ${string}`;
  /** Refusals of this route besides those that every route may give. */
  readonly problems: readonly ProblemCode[];
}

/** A contract with its log rule, checked against the contract's own schemas. */
export function logged<const C extends RouteContract>(
  contract: C,
  logs: LogRule<LoggedCall<C>, z.output<C["response"]>>,
): C & { readonly logs: typeof logs } {
  return { ...contract, logs };
}

/** The answer of a route, as its caller reads it. */
export type Answer<C extends RouteContract> = z.output<C["response"]>;

/** Routes that only read. */
export const read = {
  auth: "operator",
  capability: "sale.read",
  method: "GET",
  status: 200,
} as const;
/** Commands of operators: the first answer is kept. */
export const stored = {
  auth: "operator",
  repeat: "stored",
  method: "POST",
  status: 200,
} as const;
/** Trials of operators. Stateless: the same question has the same answer. */
export const tried = {
  auth: "operator",
  repeat: "derived",
  method: "POST",
  status: 200,
} as const;
