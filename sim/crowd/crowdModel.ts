/* The model of a simulated crowd: its sale, its tally, the behaviour of its people. */

import { hash } from "node:crypto";
import type { Answer } from "../../src/api/contract.ts";
import type { buyerRoutes } from "../../src/api/routes.ts";
import type { Board } from "../../src/sale/board.ts";

/** The sale as the crowd knows it. */
export interface CrowdSale {
  readonly slug: string;
  readonly roundNo: number;
  readonly opensAtMs: number;
  readonly closesAtMs: number;
  readonly currency: string;
  readonly channels: readonly { readonly code: string; readonly skus: readonly string[] }[];
}

/** Counts as the crowd saw them: from replies, not from the database. */
export interface CrowdTally {
  signedInCount: number;
  enteredCount: number;
  repeatedCount: number;
  refusedCount: number;
  failedCount: number;
  retriedCount: number;
  offersSeenCount: number;
  ordersPlacedCount: number;
  paidCount: number;
  declinedCount: number;
  letExpireCount: number;
  leftUnpaidCount: number;
  codConfirmedCount: number;
  methodChangedCount: number;
  lateDuplicateEventCount: number;
}

/** Behaviour after an offer; the shares add up to one. */
export const BEHAVIOURS = [
  ["pay", 0.72],
  ["change_method", 0.05],
  ["cod", 0.1],
  ["decline", 0.04],
  ["let_expire", 0.05],
  ["leave_unpaid", 0.04],
] as const;
export type Behaviour = (typeof BEHAVIOURS)[number][0];

type OwnStatus = Answer<typeof buyerRoutes.showOwnStatus>;

/** The answers of the API that the crowd reads. */
export interface Answers {
  readonly session: Answer<typeof buyerRoutes.signInWithToken>;
  readonly entry: Answer<typeof buyerRoutes.enter>;
  readonly own: OwnStatus;
  readonly offer: NonNullable<OwnStatus["offer"]>;
  readonly order: NonNullable<OwnStatus["order"]>;
}

/** Whether joining is over and every unit is sold or wanted by nobody. */
export function isSettled(board: Board): boolean {
  if (board.phase !== "over") return false;
  const moving = board.stock.reduce((sum, line) => sum + line.offered + line.ordered, 0);
  const free = board.stock.reduce((sum, line) => sum + line.free, 0);
  const sold = board.stock.reduce((sum, line) => sum + line.sold, 0);
  return moving === 0 && (free === 0 || sold > 0);
}

/**
 * Whether nine of ten units are ordered or sold. From then on everyone takes an offer: otherwise a
 * few people in a row would let the last offers expire, and the rehearsal would take that much
 * longer.
 */
export function isNearlySold(board: Board): boolean {
  const taken = board.stock.reduce((sum, line) => sum + line.ordered + line.sold, 0);
  return taken >= 0.9 * board.stock.reduce((sum, line) => sum + line.allotted, 0);
}

/** Solves a challenge as a page does; the result is short, to be kept until joining. */
export function solve(body: string): string {
  const challenge = JSON.parse(body) as Answer<typeof buyerRoutes.showChallenge>;
  for (let number = 0; number <= challenge.maxnumber; number++) {
    if (hash("sha256", challenge.salt + number, "hex") === challenge.challenge) {
      return `${number} ${challenge.signature} ${challenge.salt}`;
    }
  }
  throw new Error("the challenge has no solution");
}

/** A kept solution in its wire form. */
export function workText(kept: string): string {
  const [number, signature, salt] = kept.split(" ") as [string, string, string];
  const challenge = hash("sha256", salt + number, "hex");
  const solution = { algorithm: "SHA-256", challenge, number: Number(number), salt, signature };
  return Buffer.from(JSON.stringify(solution)).toString("base64");
}
