/*
 * Refusals on the wire (RFC 9457). An unknown error is a bug: it is logged, and its details never
 * reach the caller.
 */

import { textIn } from "../base/inLanguage.ts";
import type { Language, Text } from "../base/language.ts";
import {
  problemDocument,
  PROBLEMS,
  type FieldError,
  type ProblemCode,
  type RequiredWork,
} from "../api/problems.ts";
import { QueueFullError } from "../db/batcher.ts";
import { isPassing } from "../db/connect.ts";
import { PRIVATE_HEADERS } from "./headers.ts";

/** A refusal on its way to the caller. Thrown by the wiring only; rules return values. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly code: ProblemCode;
  readonly errors: readonly FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** The work that the request costs. */
  readonly work: RequiredWork | undefined;
  /** Proof of an arrival, for the repeated request. */
  readonly arrival: string | undefined;

  /** A second sentence, for one of several cases of the code. */
  readonly detail: Text | undefined;
  /** Whether what was written before it stays, as a counted guess does; else it is rolled back. */
  readonly keepsWrites: boolean;

  constructor(
    code: ProblemCode,
    more: {
      errors?: readonly FieldError[];
      retryAfterSeconds?: number;
      work?: RequiredWork;
      arrival?: string;
      detail?: Text;
      keepsWrites?: boolean;
    } = {},
  ) {
    super(code);
    this.code = code;
    this.errors = more.errors;
    this.retryAfterSeconds = more.retryAfterSeconds;
    this.work = more.work;
    this.arrival = more.arrival;
    this.detail = more.detail;
    this.keepsWrites = more.keepsWrites ?? false;
  }
}

/** Returns the value, or throws the refusal in its place. */
export function unlessRefused<T>(step: T | Refusal | undefined): T {
  if (step instanceof Refusal) throw step;
  return step as T;
}

/** Fastify's own errors in our words. */
const FASTIFY_PROBLEMS: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "body_too_large",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "unsupported_media_type",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "invalid_request",
  FST_ERR_CTP_INVALID_JSON_BODY: "invalid_request",
  FST_ERR_CTP_EMPTY_JSON_BODY: "invalid_request",
  FST_ERR_CTP_EMPTY_TYPE: "unsupported_media_type",
};

/**
 * The refusal that an error means for the caller; null for a bug, which is answered without
 * details.
 */
export function refusalOf(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error;
  if (error instanceof QueueFullError) return new Refusal("server_busy", { retryAfterSeconds: 1 });
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  const known = code === undefined ? undefined : FASTIFY_PROBLEMS[code];
  if (known) return new Refusal(known);
  if (error instanceof SyntaxError && statusCode === 400) return new Refusal("invalid_request");
  // Safe to retry with the same key.
  if (isPassing(error)) return new Refusal("server_busy", { retryAfterSeconds: 1 });
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500
    ? new Refusal("invalid_request")
    : null;
}

/** Whether it is our own failure to answer, and nothing that the caller did or may not do. */
export function isFailure(error: unknown): boolean {
  const refusal = refusalOf(error);
  return refusal === null || PROBLEMS[refusal.code].status >= 500;
}

/** A refusal as sent to the caller. */
export interface ProblemReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function problemReply(refusal: Refusal, language: Language): ProblemReply {
  const { errors, retryAfterSeconds, work, arrival, detail } = refusal;
  const document = problemDocument(refusal.code, language, {
    ...(detail ? { detail: textIn(detail, language) } : {}),
    ...(errors ? { errors } : {}),
    ...(work ? { work } : {}),
    ...(arrival ? { arrival } : {}),
    ...(retryAfterSeconds ? { retryAfterSeconds } : {}),
  });
  return {
    status: document.status,
    headers: {
      ...(retryAfterSeconds ? { "retry-after": String(retryAfterSeconds) } : {}),
      "content-type": "application/problem+json; charset=utf-8",
      ...PRIVATE_HEADERS,
    },
    body: JSON.stringify(document),
  };
}
