/*
 * Units owed for failures of our own. States of a list: waiting → approved or rejected. A list is
 * made from failures that the server recorded, or handed in with the tickets of the people
 * concerned; nothing is owed before a second person approved exactly this list.
 * Must never happen: one person alone takes units out of a sale, or a share of a round that nobody
 * agreed to. So there is a ceiling for each round and variant, when units are owed and again when
 * they are set aside.
 */

import { toHex } from "../../base/bytes.ts";
import { sha256, utf8 } from "../../base/hash.ts";
import type { Text } from "../../base/language.ts";
import { accepted, refused, type Result } from "../../base/result.ts";
import { onOnePath, type Approval } from "../batch/batch.ts";

/** The share of a round's units of a variant that may be owed for failures, unless the policy says more. */
export const CREDIT_SHARE = 0.01;

export type CreditListState = "waiting" | "approved" | "rejected";

/** A person who is to be owed a unit. */
export interface CreditLine {
  readonly roundNo: number;
  readonly accountKey: string;
  readonly variantNo: number;
}

/** Digest of a list, which its approval names: SHA-256 over reason and sorted lines, in hex. */
export function creditDigest(list: {
  readonly reason: Text;
  readonly lines: readonly CreditLine[];
}): string {
  const { reason, lines } = list;
  const people = lines.map((line) => `${line.roundNo} ${line.accountKey} ${line.variantNo}`);
  return toHex(sha256(utf8(JSON.stringify([reason.id, reason.en, ...people.sort()]))));
}

/** Units of a round and variant: how many there are, and how many are owed for failures already. */
export interface CreditStock {
  readonly roundNo: number;
  readonly variantNo: number;
  readonly units: number;
  readonly creditedUnits: number;
}

/** How many units of so many may be owed for failures: rounded down. */
export function creditCeiling(of: {
  readonly units: number;
  readonly share?: number | undefined;
}): number {
  const { units, share = CREDIT_SHARE } = of;
  // A share such as 0.07 of 100 would be 7.000000000000001 below its own value otherwise.
  return Math.floor(units * share + 1e-9);
}

/** Rounds and variants in which a list would go beyond the ceiling. */
export function beyondCeiling(
  lines: readonly CreditLine[],
  stock: readonly CreditStock[],
  share: number = CREDIT_SHARE,
): CreditStock[] {
  return stock.filter((one) => {
    const wanted = lines.filter(
      (line) => line.roundNo === one.roundNo && line.variantNo === one.variantNo,
    );
    return (
      wanted.length > 0 &&
      one.creditedUnits + wanted.length > creditCeiling({ units: one.units, share })
    );
  });
}

/** The first lines for which the ceiling has room, in the order given. */
export function withinCeiling<T extends CreditLine>(
  lines: readonly T[],
  stock: readonly CreditStock[],
  share: number = CREDIT_SHARE,
): T[] {
  const key = (one: { readonly roundNo: number; readonly variantNo: number }) =>
    `${one.roundNo} ${one.variantNo}`;
  const room = new Map(
    stock.map((one) => [key(one), creditCeiling({ units: one.units, share }) - one.creditedUnits]),
  );
  return lines.filter((line) => {
    const left = room.get(key(line)) ?? 0;
    room.set(key(line), left - 1);
    return left > 0;
  });
}

export type CreditRefusal =
  | "credit_list_ended"
  | "digest_mismatch"
  | "second_person_needed"
  | "approval_not_independent";

export interface CreditList {
  readonly state: CreditListState;
  readonly digest: string;
  readonly created: Approval;
}

/** Commands on a list, each with its conditions. */
export const creditCan = {
  /** By another person than the one who made it; not by one path if the policy demands it. */
  beApproved(
    list: CreditList,
    by: Approval & { readonly digest: string },
    policy: { readonly independentApprovals?: boolean | undefined },
  ): Result<"approved", CreditRefusal> {
    if (list.state !== "waiting") return refused("credit_list_ended");
    if (list.digest !== by.digest) return refused("digest_mismatch");
    if (list.created.who === by.who) return refused("second_person_needed");
    if (policy.independentApprovals === true && onOnePath(list.created, by))
      return refused("approval_not_independent");
    return accepted("approved");
  },

  /** By anybody who may approve, and by who made it. */
  beRejected(list: CreditList): Result<"rejected", CreditRefusal> {
    return list.state === "waiting" ? accepted("rejected") : refused("credit_list_ended");
  },
};
