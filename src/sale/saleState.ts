/* States of a sale, and the phases of its rounds. */

import { accepted, refused, type Result } from "../base/result.ts";

/**
 * `draft`: nobody can enter. `live`: its own times decide about lobby, opening and closing.
 * `paused`: places are kept and people may still join, but no unit is offered and no deadline
 * passes. `closed`: no entry and no new offer; existing offers and orders run to their end.
 */
export type SaleState = "draft" | "live" | "paused" | "closed";

export type SaleAction = "open" | "pause" | "resume" | "close";

export type SaleRefusal =
  | "sale_not_draft"
  | "sale_not_live"
  | "sale_not_paused"
  | "sale_closed"
  | "policy_missing";

/**
 * The state after an operator's action. Without a policy nothing opens: rules that nobody could
 * read before the sale cannot be enforced after it.
 */
export function saleAfter(
  state: SaleState,
  action: SaleAction,
  hasPolicy: boolean,
): Result<SaleState, SaleRefusal> {
  if (state === "closed") return refused("sale_closed");
  switch (action) {
    case "open":
      if (state !== "draft") return refused("sale_not_draft");
      return hasPolicy ? accepted("live") : refused("policy_missing");
    case "pause":
      return state === "live" ? accepted("paused") : refused("sale_not_live");
    case "resume":
      return state === "paused" ? accepted("live") : refused("sale_not_paused");
    case "close":
      return accepted("closed");
  }
}

/** The phase of a live sale's round, by the clock. */
export type RoundPhase = "upcoming" | "lobby" | "open" | "over";

export function roundPhase(
  round: { lobbyOpensAtMs: number; opensAtMs: number; closesAtMs: number },
  nowMs: number,
): RoundPhase {
  if (nowMs < round.lobbyOpensAtMs) return "upcoming";
  if (nowMs < round.opensAtMs) return "lobby";
  return nowMs < round.closesAtMs ? "open" : "over";
}
