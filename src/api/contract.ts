import type { z } from "zod";
import type { CostKind } from "./cost.ts";
import type { ProblemCode } from "./problems.ts";

/** Who may call a route. Operators' routes name the capability that the role must have. */
export type RouteAuth = "public" | "buyer" | "operator";

/**
 * How a POST is made safe to repeat. `stored`: the first answer is kept and given again. `entry`: the
 * entry's own row remembers the key. `derived`: the answer follows from the body alone, so nothing is
 * kept. `event`: the sender's event id is the key (webhooks, which send no header of ours).
 */
export type RouteRepeat = "stored" | "entry" | "derived" | "event";

/** Files that come with a request, as multipart/form-data. The other fields of the form are its body. */
export interface UploadRule {
  /** What the form calls the files. */
  readonly field: string;
  /** 0: the same route takes JSON, without any. */
  readonly leastFiles: number;
  readonly mostFiles: number;
  readonly mostFileBytes: number;
  /** What a file is answered with that is larger. */
  readonly tooLarge: ProblemCode;
}

/** What of a call its line in the operator log may say. */
export interface LoggedCall<C extends RouteContract> {
  readonly params: Output<C["params"]>;
  readonly body: Output<C["body"]>;
}

type Output<T> = T extends z.ZodType ? z.output<T> : undefined;

/** The line of the operator log that a call leaves: who did what, and to what. */
export interface LogRule<GivenCall, GivenAnswer> {
  /** Who did it, where nobody is signed in. */
  readonly who?: (call: GivenCall, answer: GivenAnswer) => string;
  readonly action: string | ((call: GivenCall, answer: GivenAnswer) => string);
  /** `about`: neither the request nor the answer names it; the handler does, in `Answer.about`. */
  readonly subject: "about" | ((call: GivenCall, answer: GivenAnswer) => string);
  /** Not every call leaves the line: the handler writes it, in its own transaction. */
  readonly writtenBy?: "handler";
}

/** One line of the route table: server, docs, fuzz test and client all read it. */
export interface RouteContract {
  readonly id: string;
  /** What a request costs, and so how often and how many at once. */
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
  /** `shared`: the same for everybody. All other answers are about a person, and no cache keeps them. */
  readonly cache?: "shared";
  readonly repeat?: RouteRepeat;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly upload?: UploadRule;
  /** Bytes that a JSON body may have. */
  readonly bodyLimitBytes?: number;
  readonly status: 200 | 201 | 202;
  readonly response: z.ZodType;
  /** The operator log: the line that a call leaves, or why it leaves none. Each POST of an operator says which. */
  readonly logs?: LogRule<never, never> | `never: ${string}`;
  /** Refusals of this route besides those that every route may give. */
  readonly problems: readonly ProblemCode[];
}

/** A contract with the line that its calls leave in the operator log, checked against its own schemas. */
export function logged<const C extends RouteContract>(
  contract: C,
  logs: LogRule<LoggedCall<C>, z.output<C["response"]>>,
): C & { readonly logs: typeof logs } {
  return { ...contract, logs };
}
