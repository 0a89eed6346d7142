/* Rings that share nothing that somebody has: a night, a moment, a place, a client, a habit. */

import { drivenAgent } from "./agents.ts";
import type { Deed } from "./genuine.ts";
import { deedsOf, type RingPlan } from "./ringPlan.ts";
import { MINUTE_MS, SALE_MS } from "./times.ts";

/** Accounts of one night weeks before, sold as a lot; their users are told one moment, and have all of their own. */
export function nightAccounts(plan: RingPlan): Deed[] {
  const { chance } = plan;
  const spanMs = (60 + chance.below(150)) * MINUTE_MS;
  const windowMs = 8_000 + chance.below(45_000);
  const isMostlyOwn = plan.chanceOf(0.75);
  return deedsOf(plan, () => {
    const isLate = plan.leaks();
    return {
      ...(isMostlyOwn && plan.chanceOf(0.85) ? { channel: "own" } : {}),
      ...(isLate ? {} : { atMs: plan.startMs + chance.below(windowMs) }),
      buyer: plan.chanceOf(0.92) ? { createdAtMs: plan.night(spanMs) } : {},
    };
  });
}

/** Paid helpers order from their own phones and wallets, to one place that each writes otherwise. */
export function oneAddress(plan: RingPlan): Deed[] {
  return deedsOf(plan, () => (plan.leaks() ? {} : { buyer: plan.disguised() }));
}

/** One program, rarely seen, from many addresses within the first seconds; accounts and goods go everywhere. */
export function botClient(plan: RingPlan): Deed[] {
  const { chance } = plan;
  const agent = drivenAgent(chance);
  const burstMs = 1_500 + chance.below(4_500);
  return deedsOf(plan, () => {
    const isByHand = plan.leaks();
    return {
      channel: plan.chanceOf(0.85) ? "own" : plan.channel(),
      ...(isByHand ? {} : { atMs: SALE_MS + 450 + Math.floor(burstMs * chance.fraction()) }),
      buyer: { ip: plan.make.homeIp(), ...(isByHand ? {} : { agent }) },
    };
  });
}

/** All take the full limit, to one place or the one beside it. */
export function fullLimit(plan: RingPlan): Deed[] {
  return deedsOf(plan, () => {
    const units = plan.chanceOf(0.93) ? 2 : 1;
    return plan.leaks() ? { units } : { units, buyer: plan.disguised() };
  });
}

/** On masked channels only: one place, few names in many forms, one moment, paid at the door. */
export function maskedRing(plan: RingPlan): Deed[] {
  const { chance } = plan;
  const names = Array.from({ length: 1 + Math.ceil(plan.size / 9) }, () => plan.make.name());
  const channels = chance.shuffled(["lazada", "akulaku", "shopee"] as const);
  const used = plan.chanceOf(0.5) ? channels.slice(0, 1) : channels.slice(0, 2);
  const windowMs = 40_000 + chance.below(2 * MINUTE_MS);
  return deedsOf(plan, () => {
    const { first, last } = chance.pick(names);
    const forms = [
      { first, last },
      { first: first.split(" ")[0] ?? first, last },
      { first: `${first.split(" ")[0] ?? first} ${last.slice(0, 1)}`, last: "" },
      { first: last === "" ? first : last, last: first },
      { first: `${first} ${1 + chance.below(4)}`, last },
    ];
    const atMs = plan.startMs + chance.below(windowMs);
    const channel = chance.pick(used);
    if (plan.leaks()) return { atMs, channel };
    const method = plan.chanceOf(0.8) && channel !== "akulaku" ? { method: "cod" as const } : {};
    return { atMs, channel, ...method, buyer: { ...plan.disguised(), ...chance.pick(forms) } };
  });
}
