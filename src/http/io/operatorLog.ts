/*
 * The operator log: who did what to what, as each contract defines it. A line is written in the
 * transaction of its work: there is no work without its line, and no line without its work. The
 * line of a read is written before its answer.
 */

import { logOperatorAction } from "../../access/io/operatorStore.ts";
import type { LogRule, LoggedCall, RouteContract } from "../../api/contract.ts";
import { must } from "../../base/assert.ts";
import type { Query } from "../../db/connect.ts";

interface ActingCall extends LoggedCall<RouteContract> {
  readonly operator: { readonly name: string } | undefined;
  readonly nowMs: number;
}

interface GivenAnswer {
  readonly body: unknown;
  readonly about?: string;
}

type Line = Parameters<typeof logOperatorAction>[1];

/** The log line of a call, or null. */
export function lineOf(
  { logs }: Pick<RouteContract, "logs">,
  call: ActingCall,
  { body, about }: GivenAnswer,
): Line | null {
  if (logs === undefined || typeof logs === "string") return null;
  // Checked against the route's own schemas where it was written; its types are unknown here.
  const { who, action, subject } = logs as LogRule<unknown, unknown>;
  return {
    operatorName: who ? who(call, body) : must(call.operator, "an operator").name,
    action: typeof action === "string" ? action : action(call, body),
    subject: subject === "about" ? must(about, "what a call was about") : subject(call, body),
    nowMs: call.nowMs,
  };
}

/** Writes the log line of a call. */
export async function writeLine(
  sql: Query,
  contract: RouteContract,
  call: ActingCall,
  answer: GivenAnswer,
): Promise<void> {
  const line = lineOf(contract, call, answer);
  if (line !== null) await logOperatorAction(sql, line);
}
