/*
 * Calls the API from a browser: one idempotency key per action, repeats with the same key, the
 * server's refusals as errors.
 * Must never happen: a repeat after a network error does a thing twice.
 */

import type { RequiredWork } from "../../src/api/problems.ts";
import type { CallBudget } from "./pace.ts";
import { noteServerTime } from "./serverClock.client.ts";

/** A refusal in the server's words. */
export class CallError extends Error {
  readonly status: number;
  readonly code: string;
  /** Faults by field, if the server names them. */
  readonly errors: readonly { readonly field: string; readonly reason: string }[];
  /** The wait in ms that the server asked for, else 0. */
  readonly retryAfterMs: number;
  /** With `work_required`: the challenge to solve. */
  readonly work: RequiredWork | null;
  /** With `come_again`: proof of the first arrival, for the repeated request. */
  readonly arrival: string | null;

  constructor(
    status: number,
    code: string,
    title: string,
    more: Partial<Pick<CallError, "errors" | "retryAfterMs" | "work" | "arrival">> = {},
  ) {
    super(title);
    this.status = status;
    this.code = code;
    this.errors = more.errors ?? [];
    this.retryAfterMs = more.retryAfterMs ?? 0;
    this.work = more.work ?? null;
    this.arrival = more.arrival ?? null;
  }
}

const RETRIES = 4;
const FIRST_WAIT_MS = 400;
const SECOND_MS = 1_000;

export interface CallOptions {
  readonly body?: unknown;
  readonly language: string;
  readonly failed: string;
  /** Counts the page's calls and delays those that no button caused. */
  readonly budget?: CallBudget | undefined;
  /** No repeats: the caller repeats by itself. */
  readonly once?: boolean;
  /** The answer is the same for everybody and may come from a cache; it counts only if it fails. */
  readonly shared?: boolean;
  /** Repeats for as long as it takes: nobody gives up while she can still join. */
  readonly patient?: boolean | undefined;
  /** Reads the headers of the answer. */
  readonly heard?: ((headers: Headers) => void) | undefined;
  /** Called when an attempt has failed and another one follows. */
  readonly trouble?: ((problem: CallError) => void) | undefined;
  /** Sends by another way than `fetch`, once for each attempt. */
  readonly send?: (headers: Readonly<Record<string, string>>) => Promise<Response>;
}

/**
 * Calls the API. A POST gets one key and is repeated with it while network or server fail; the
 * server returns its first answer again.
 */
export async function call<T>(
  method: "GET" | "POST",
  path: string,
  options: CallOptions,
): Promise<T> {
  const headers: Record<string, string> = { "accept-language": options.language };
  if (method === "POST") headers["idempotency-key"] = crypto.randomUUID?.() ?? randomKey();
  if (options.body !== undefined) headers["content-type"] = "application/json";
  const body = options.body === undefined ? {} : { body: JSON.stringify(options.body) };
  for (let attempt = 0; ; attempt++) {
    const sentAtMs = performance.now();
    if (!options.shared) options.budget?.spend(sentAtMs);
    try {
      const response = await (options.send?.(headers) ?? fetch(path, { method, headers, ...body }));
      noteServerTime(response.headers, sentAtMs);
      options.heard?.(response.headers);
      return await read<T>(response);
    } catch (error) {
      const problem =
        error instanceof CallError ? error : new CallError(0, "network", options.failed);
      if (options.shared) options.budget?.spend(sentAtMs);
      const again = [0, 503].includes(problem.status) || problem.code === "request_in_flight";
      const ownSecond = problem.code === "come_again";
      const keepsOn = ownSecond || options.patient === true;
      if (!again || options.once || (attempt >= RETRIES && !keepsOn)) throw problem;
      options.trouble?.(problem);
      if (ownSecond) {
        if (problem.arrival !== null) headers["giliran-arrival"] = problem.arrival;
        // Her own second, and some moment of it: the crowd comes back spread out.
        await waitFor(problem.retryAfterMs + SECOND_MS * Math.random());
        continue;
      }
      const doublings = Math.min(attempt, RETRIES);
      const waitMs = FIRST_WAIT_MS * 2 ** doublings * (1 + Math.random() / 2);
      await waitFor(Math.max(waitMs, problem.retryAfterMs));
      await waitForBudget(options.budget);
    }
  }
}

const waitFor = (ms: number) => new Promise((resume) => setTimeout(resume, ms));

/**
 * Waits until the budget allows a call. Several calls wait side by side, so each checks again after
 * its wait.
 */
async function waitForBudget(budget: CallBudget | undefined): Promise<void> {
  if (budget === undefined) return;
  for (;;) {
    const heldMs = budget.waitMs(performance.now());
    if (heldMs <= 0) return;
    await waitFor(heldMs * (1 + Math.random() / 2));
  }
}

/** The answer; throws a refusal as `CallError`. */
async function read<T>(response: Response): Promise<T> {
  const text = await response.text();
  const answer: unknown = text === "" ? null : JSON.parse(text);
  if (response.ok) return answer as T;
  const retryAfterMs = 1_000 * Number(response.headers.get("retry-after") ?? 0) || 0;
  const { code, title, ...more } = answer as Pick<
    CallError,
    "code" | "errors" | "work" | "arrival"
  > & {
    title: string;
    detail?: string;
  };
  const { detail, errors, work, arrival } = more;
  const said = detail === undefined ? title : `${title} ${detail}`;
  throw new CallError(response.status, code, said, { errors, work, arrival, retryAfterMs });
}

/** GET and POST in the page's language; `trouble` hears of failed attempts to post. */
export function caller(
  language: string,
  failed: string,
  { budget, trouble }: Pick<CallOptions, "budget" | "trouble"> = {},
) {
  return {
    get: <T>(path: string) => call<T>("GET", path, { language, failed, budget }),
    post: <T>(path: string, body?: unknown, patient = false) =>
      call<T>("POST", path, {
        ...(body === undefined ? {} : { body }),
        patient,
        language,
        failed,
        budget,
        trouble,
      }),
  };
}

/** `crypto.randomUUID` exists on secure pages only. A key has to be new, not secret. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
