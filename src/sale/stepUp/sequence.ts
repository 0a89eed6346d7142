/*
 * The one sequence in which all servers score the orders of a sale. States of an order in it: coming (its
 * transaction is under way), answering (the question before it is), counted, left. The worse mistake is to count an
 * order that is none: its buyer would be asked because of her first try. Such a one leaves by a number of the same
 * sequence, so that every server forgets it at the same place.
 */

export type ScoredState = "coming" | "answering" | "counted" | "left";

/** After so long a transaction that left no trace was rolled back, in ms; statements end after seconds. */
export const GONE_MS = 60_000;

/** An order of the sequence, beside what became of it. */
export interface ScoredOrder {
  readonly scoreNo: number;
  readonly offerId: string;
  /** Null for an order that was placed before anything was scored. */
  readonly factsKey: string | null;
  readonly state: ScoredState;
  readonly comingAtMs: number;
  /** Null while no order was placed. */
  readonly placed: "cancelled" | "stands" | null;
  /** It was asked a question, and has not answered. */
  readonly isAsked: boolean;
}

/** An order that is about to be placed. */
export interface ComingOrder {
  readonly offerId: string;
  readonly factsKey: string;
  /** It answers the question that it was asked before. */
  readonly isAnswer: boolean;
}

export interface StateChange {
  readonly orderNo: number;
  readonly state: ScoredState;
  /** Units that it takes of its person's limit from now on; null: as before. */
  readonly units: 0 | 1 | null;
}

export interface Numbering {
  readonly changes: readonly StateChange[];
  /** By the index of each coming order: the number that it has, or null if it gets the next one. */
  readonly known: readonly (number | null)[];
}

const unitsIn = (state: ScoredState) => (state === "left" ? 0 : 1);

function stateOf(order: ScoredOrder, nowMs: number): ScoredState {
  const { state, placed, isAsked, comingAtMs } = order;
  if (placed === "cancelled") return "left";
  // One that left comes back by a number of its own only, when its question is answered.
  if (state === "left" || state === "counted") return state;
  if (placed === "stands") return "counted";
  if (state === "coming" && isAsked) return "left";
  return comingAtMs < nowMs - GONE_MS ? "left" : state;
}

/** Decides what is written about some orders of the sequence when others come. */
export function numbered(
  orders: readonly ScoredOrder[],
  coming: readonly ComingOrder[],
  nowMs: number,
): Numbering {
  const states = new Map(orders.map((order) => [order.scoreNo, stateOf(order, nowMs)]));
  const known = coming.map(({ offerId, factsKey, isAnswer }) => {
    const own = orders.filter((order) => order.offerId === offerId);
    // An offer becomes one order: the order that came before was typed again.
    for (const { scoreNo } of own) states.set(scoreNo, "left");
    const same = own.find((order) => order.factsKey === factsKey);
    if (same === undefined) return null;
    states.set(same.scoreNo, isAnswer ? "answering" : "coming");
    return same.scoreNo;
  });
  const changes = orders.flatMap(({ scoreNo, state: before }): StateChange[] => {
    const state = states.get(scoreNo) ?? before;
    const repeated = known.includes(scoreNo);
    if (state === before && !repeated) return [];
    const units = unitsIn(state) === unitsIn(before) ? null : unitsIn(state);
    return [{ orderNo: scoreNo, state, units }];
  });
  return { changes, known };
}
