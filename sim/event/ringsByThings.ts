/* Rings that share phones, wallets, numbers or mail boxes, as far as their channels show them. */

import { deedsOf, byHandMs, type Member, type RingPlan } from "./ringPlan.ts";
import type { Deed } from "./genuine.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SALE_MS } from "./times.ts";

/** Most goods go to one place; workers pay with few wallets, from phones that are wiped or their own. */
export function warehouse(plan: RingPlan): Deed[] {
  const courier = plan.make.phone();
  const calls = plan.chanceOf(0.5) ? 0.6 : 0;
  return deedsOf(plan, (nth) => {
    const { worker, before } = plan.worker(nth);
    const atMs = worker.startMs + byHandMs(before, plan.chance);
    if (plan.leaks()) return { atMs };
    const pays = plan.chanceOf(0.6);
    return {
      atMs,
      ...(pays ? { method: "ewallet" } : {}),
      buyer: {
        ...(plan.chanceOf(0.85) ? plan.disguised() : {}),
        ...(plan.chanceOf(0.45) ? { device: worker.device, agent: worker.agent } : {}),
        ...(plan.chanceOf(0.5) ? { ip: worker.ip } : {}),
        ...(pays ? { wallet: plan.walletOf(worker) } : {}),
        ...(plan.chanceOf(calls) ? { phone: courier } : {}),
        ...(plan.chanceOf(0.5) ? { createdAtMs: plan.night() } : {}),
      },
    };
  });
}

/** Shelves of phones with numbers from one box, mails by a pattern, accounts of a night, a few places. */
export function phoneFarm(plan: RingPlan): Deed[] {
  const { chance } = plan;
  const drops = plan.drops(2 + Math.ceil(plan.size / 12));
  const box = Number(plan.make.phone().slice(1, 10).padEnd(9, "3"));
  const isPattern = plan.chanceOf(0.6);
  const mailbox = `${plan.make.name().first.split(" ")[0]?.toLowerCase() ?? "toko"}${chance.below(900)}`;
  return deedsOf(plan, (nth) => {
    const { worker, before } = plan.worker(nth);
    const atMs = worker.startMs + before * (2_500 + chance.below(5_000));
    if (plan.leaks()) return { atMs, buyer: { createdAtMs: plan.night() } };
    const ending = String((nth * 3 + chance.below(3)) % 1_000).padStart(3, "0");
    const mail =
      chance.fraction() < 0.5 ? `${mailbox}+${nth}@gmail.com` : `${mailbox}${100 + nth}@gmail.com`;
    return {
      atMs,
      buyer: {
        device: worker.device,
        agent: worker.agent,
        home: chance.pick(drops),
        createdAtMs: plan.night(4 * HOUR_MS),
        ...(plan.chanceOf(0.7) ? { ip: worker.ip } : {}),
        ...(plan.chanceOf(0.75) ? { phone: `0${box}${ending}`.slice(0, 13) } : {}),
        ...(isPattern && plan.chanceOf(0.8) ? { email: mail } : {}),
      },
    };
  });
}

/** A program behind rented addresses: accounts of the last day, made-up devices, few wallets, the first seconds. */
export function proxyBot(plan: RingPlan): Deed[] {
  const { chance } = plan;
  const drops = plan.drops(1 + Math.ceil(plan.size / 15));
  return deedsOf(plan, (nth) => {
    const { worker } = plan.worker(nth);
    const pays = plan.chanceOf(0.6);
    return {
      atMs: SALE_MS + 500 + Math.floor(5_000 * chance.fraction() ** 1.5),
      channel: plan.chanceOf(0.7) ? "own" : plan.channel(),
      ...(pays ? { method: "ewallet" } : {}),
      buyer: {
        ip: plan.make.homeIp(),
        createdAtMs: Math.round(SALE_MS - MINUTE_MS - DAY_MS * chance.fraction() ** 2),
        home: plan.chanceOf(0.5) ? plan.place : chance.pick(drops),
        ...(pays && !plan.leaks() ? { wallet: plan.walletOf(worker) } : {}),
      },
    };
  });
}

/** Old accounts of strangers, used from the workers' phones and paid from their wallets. */
export function boughtAccounts(plan: RingPlan): Deed[] {
  const courier = plan.make.phone();
  const calls = plan.chanceOf(0.4) ? 0.5 : 0;
  const drops = plan.drops(1 + Math.ceil(plan.size / 10));
  return deedsOf(plan, (nth): Member => {
    const { worker, before } = plan.worker(nth);
    const atMs = plan.chanceOf(0.6) ? worker.startMs + byHandMs(before, plan.chance) : undefined;
    const when = atMs === undefined ? {} : { atMs };
    if (plan.leaks()) return { ...when, buyer: { home: plan.chance.pick(drops) } };
    const pays = plan.chanceOf(0.65);
    return {
      ...when,
      ...(pays ? { method: "ewallet" } : {}),
      buyer: {
        home: plan.chance.pick(drops),
        ...(plan.chanceOf(0.75) ? { device: worker.device, agent: worker.agent } : {}),
        ...(plan.chanceOf(0.5) ? { ip: worker.ip } : {}),
        ...(pays ? { wallet: plan.walletOf(worker) } : {}),
        ...(plan.chanceOf(calls) ? { phone: courier } : {}),
        ...(plan.chanceOf(0.3) ? { credit: worker.credit } : {}),
      },
    };
  });
}

/** One or two numbers that the courier calls, and members with everything of their own. */
export function dropShip(plan: RingPlan): Deed[] {
  const phones = Array.from({ length: 1 + Math.floor(plan.size / 14) }, () => plan.make.phone());
  return deedsOf(plan, () => {
    if (plan.leaks()) return {};
    return {
      buyer: {
        phone: plan.chance.pick(phones),
        ...(plan.chanceOf(0.4) ? plan.disguised() : {}),
      },
    };
  });
}

/** Only wallets are shared, each for a few orders only. */
export function careful(plan: RingPlan): Deed[] {
  return deedsOf(plan, (nth) => {
    const { worker } = plan.worker(nth);
    if (plan.leaks()) return {};
    return { method: "ewallet", buyer: { wallet: plan.walletOf(worker) } };
  });
}

/** Five to eight accounts, one or two phones, one wallet. */
export function tiny(plan: RingPlan): Deed[] {
  const calls = plan.chanceOf(0.5) ? 0.6 : 0;
  const phone = plan.make.phone();
  const [one, two = one] = plan.workers;
  return deedsOf(plan, (nth) => {
    const worker = nth % 3 === 2 ? two : one;
    const atMs = (one?.startMs ?? plan.startMs) + byHandMs(nth, plan.chance);
    if (worker === undefined || plan.leaks()) return { atMs };
    const pays = plan.chanceOf(0.6);
    return {
      atMs,
      ...(pays ? { method: "ewallet" } : {}),
      buyer: {
        ...(plan.chanceOf(0.7)
          ? { device: worker.device, agent: worker.agent, ip: worker.ip }
          : {}),
        ...(pays ? { wallet: one?.wallets[0] ?? worker.device } : {}),
        ...(plan.chanceOf(calls) ? { phone } : {}),
        ...(plan.chanceOf(0.5) ? plan.disguised() : {}),
        ...(plan.chanceOf(0.4) ? { createdAtMs: plan.night() } : {}),
      },
    };
  });
}
