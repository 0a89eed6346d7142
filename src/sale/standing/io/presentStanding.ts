/* How an order stands, in the form of the wire contract. */

import { iso, isoOrNull } from "../../../base/instant.ts";
import type { OrderMoney, Standing } from "../standing.ts";

function presentMoney({ atMs, ...money }: OrderMoney) {
  return { ...money, at: isoOrNull(atMs) };
}

export function presentStanding(standing: Standing) {
  const { code, restored, byTime, keptUntilMs, atShipBy, letGoBy, money, surplus } = standing;
  return {
    code,
    restored,
    byTime,
    unitKeptUntil: keptUntilMs === null ? null : iso(keptUntilMs),
    appealAtDeadline: atShipBy,
    letGoBy,
    money: money && presentMoney(money),
    surplus: surplus && presentMoney(surplus),
  };
}
