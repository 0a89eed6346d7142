/*
 * Stock as double-entry bookkeeping. Every movement has a reason from one table; no unit is ever
 * created, lost or sold twice.
 */

/** Places of a unit. `outside` is the world: units enter from it when they are allotted. */
export type StockAccount =
  | "outside"
  | "free"
  | "offered"
  | "ordered"
  | "sold"
  | "held"
  | "returned";

export type MovementReason =
  | "allotted"
  | "offer_made"
  | "offer_declined"
  | "offer_expired"
  | "order_placed"
  | "order_paid"
  | "order_cod_confirmed"
  | "order_unpaid"
  | "order_unconfirmed"
  | "order_cancelled_by_buyer"
  | "order_refunded"
  /** Its refund was reported before its payment. */
  | "order_paid_and_refunded"
  /** A decision took the order back; the unit is nobody's until the dispute ends. */
  | "order_disputed"
  | "dispute_upheld"
  | "dispute_ended";

/** All permitted movements: from and to, by reason. */
export const MOVEMENTS: Readonly<Record<MovementReason, readonly [StockAccount, StockAccount]>> = {
  allotted: ["outside", "free"],
  offer_made: ["free", "offered"],
  offer_declined: ["offered", "free"],
  offer_expired: ["offered", "free"],
  order_placed: ["offered", "ordered"],
  order_paid: ["ordered", "sold"],
  order_cod_confirmed: ["ordered", "sold"],
  order_unpaid: ["ordered", "free"],
  order_unconfirmed: ["ordered", "free"],
  order_cancelled_by_buyer: ["ordered", "free"],
  order_refunded: ["sold", "returned"],
  order_paid_and_refunded: ["ordered", "returned"],
  order_disputed: ["sold", "held"],
  dispute_upheld: ["held", "sold"],
  dispute_ended: ["held", "returned"],
};

export interface StockBalance {
  readonly channelNo: number;
  readonly variantNo: number;
  readonly allotted: number;
  readonly free: number;
  readonly offered: number;
  readonly ordered: number;
  readonly sold: number;
  readonly held: number;
  readonly returned: number;
}

export interface Movement {
  readonly channelNo: number;
  readonly variantNo: number;
  readonly units: number;
  readonly reason: MovementReason;
}

export function emptyBalance({
  channelNo,
  variantNo,
}: {
  readonly channelNo: number;
  readonly variantNo: number;
}): StockBalance {
  return {
    channelNo,
    variantNo,
    allotted: 0,
    free: 0,
    offered: 0,
    ordered: 0,
    sold: 0,
    held: 0,
    returned: 0,
  };
}

/** The balance after a movement. Does not check it: see `balanceFaults`. */
export function applyMovement(balance: StockBalance, movement: Movement): StockBalance {
  const [from, to] = MOVEMENTS[movement.reason];
  const next = { ...balance };
  if (from === "outside") next.allotted += movement.units;
  else next[from] -= movement.units;
  if (to !== "outside") next[to] += movement.units;
  return next;
}

/** Faults of a balance: a negative account, or units that appeared or vanished. */
export function balanceFaults(balance: StockBalance): string[] {
  const where = `channel ${balance.channelNo}, variant ${balance.variantNo}`;
  const faults: string[] = [];
  for (const account of ["free", "offered", "ordered", "sold", "held", "returned"] as const) {
    if (balance[account] < 0) faults.push(`${where}: ${account} is ${balance[account]}`);
  }
  const { free, offered, ordered, sold, held, returned } = balance;
  const sum = free + offered + ordered + sold + held + returned;
  if (sum !== balance.allotted)
    faults.push(`${where}: ${sum} units of ${balance.allotted} allotted`);
  return faults;
}
