/* A ring's means before it orders: workers with few phones and wallets, places, a night, a moment. */

import type { SeededChance } from "../../src/crowd/chance.ts";
import type { Place } from "../blind/addressPlaces.ts";
import type { Buyer, BuyerMaker } from "./buyers.ts";
import type { Method } from "./channels.ts";
import { anyChannel, type Deed } from "./genuine.ts";
import { arrivalMs, dayBefore, HOUR_MS, MINUTE_MS, SALE_MS, type Channel } from "./times.ts";

/** Somebody who orders for a ring, by one phone and one or two wallets, a few accounts after each other. */
export interface Worker {
  readonly device: string;
  readonly agent: string;
  readonly ip: string;
  readonly wallets: readonly string[];
  readonly credit: string;
  readonly startMs: number;
}

/** A member's order as a style describes it; the rest is as of anybody. */
export interface Member {
  readonly buyer?: Partial<Buyer>;
  readonly atMs?: number;
  readonly channel?: Channel;
  readonly method?: Method;
  readonly units?: number;
}

/** How many of 5 to 120 orders: most rings are small. */
export const ringSize = (chance: SeededChance): number =>
  5 + Math.floor(116 * chance.fraction() ** 2.6);

export class RingPlan {
  readonly chance: SeededChance;
  readonly make: BuyerMaker;
  readonly size: number;
  readonly place: Place;
  /** The night in which its accounts were made, and when its orders begin. */
  readonly nightMs: number;
  readonly startMs: number;
  readonly workers: readonly Worker[];
  readonly #channels: readonly Channel[];
  readonly #leak: number;
  /** How many orders one phone or wallet of the ring's is used for. */
  readonly #each: number;

  constructor(chance: SeededChance, make: BuyerMaker, size: number) {
    this.chance = chance;
    this.make = make;
    this.size = size;
    this.place = make.home();
    this.#channels = mix(chance);
    this.#leak = 0.05 + 0.2 * chance.fraction();
    this.#each = 2 + Math.floor(9 * chance.fraction() ** 2);
    this.nightMs = dayBefore(2 + chance.below(70)) + (15 + chance.below(6)) * HOUR_MS;
    this.startMs = arrivalMs("own", chance);
    this.workers = Array.from({ length: Math.ceil(size / this.#each) }, () => this.#worker());
  }

  #worker(): Worker {
    const { device, agent, ip, wallet, credit } = this.make.buyer();
    const wallets = this.chance.fraction() < 0.3 ? [wallet, this.make.wallet()] : [wallet];
    const startMs = this.startMs + this.chance.below(25_000);
    return { device, agent, ip, wallets, credit, startMs };
  }

  /** Its channels, so that about half of what ties it is masked. */
  channel(): Channel {
    return this.chance.pick(this.#channels);
  }

  /** Whether a member keeps to no plan: an own phone, an own wallet, an own home. */
  leaks(): boolean {
    return this.chance.fraction() < this.#leak;
  }

  chanceOf(share: number): boolean {
    return this.chance.fraction() < share;
  }

  /** The worker who makes the nth order, and how many she made before. */
  worker(nth: number): { readonly worker: Worker; readonly before: number } {
    const at = Math.floor(nth / this.#each) % this.workers.length;
    const worker = this.workers[at] ?? this.#worker();
    return { worker, before: nth % this.#each };
  }

  walletOf(worker: Worker): string {
    return this.chance.pick(worker.wallets);
  }

  /** A moment of its night, in which accounts were made one after the other. */
  night(spanMs = 2.5 * HOUR_MS): number {
    return Math.round(this.nightMs + spanMs * this.chance.fraction());
  }

  /** The ring's place as somebody writes it who wants it to look like another. */
  disguised(): Pick<Buyer, "home" | "hand" | "phoneHand"> {
    const { place, chance } = this;
    const isNear = place.number !== null && chance.fraction() < 0.15;
    const number = { value: (place.number?.value ?? 1) + 1 + chance.below(3), letter: "" };
    const home = isNear ? { ...place, number } : place;
    return { home, hand: this.make.hand(), phoneHand: chance.below(6) };
  }

  /** A few places where its goods arrive: lodgers, neighbours, drop points. */
  drops(count: number): readonly Place[] {
    const { district } = this.place;
    return Array.from({ length: count }, () => {
      const home = this.make.home();
      const isNear = this.chance.fraction() < 0.7;
      return isNear ? { ...home, district, village: this.chance.pick(district.villages) } : home;
    });
  }
}

/** The channels of a ring: one, or several of which half show less. */
function mix(chance: SeededChance): readonly Channel[] {
  const draw = chance.fraction();
  const first = chance.fraction() < 0.3 ? "own" : anyChannel(chance);
  if (draw < 0.35) return [first];
  const masked = chance.pick(["lazada", "akulaku", "shopee"] as const);
  if (draw < 0.7) return ["own", masked];
  return ["own", "own", "lazada", "shopee", masked];
}

/** A ring's members as their deeds; the leader is one of them and orders like anybody. */
export function deedsOf(plan: RingPlan, memberOf: (nth: number) => Member): Deed[] {
  const { chance, make } = plan;
  return Array.from({ length: plan.size }, (_, nth): Deed => {
    const member = memberOf(nth);
    const channel = member.channel ?? plan.channel();
    const buyer = make.buyer(member.buyer);
    const atMs = Math.max(SALE_MS + 350, member.atMs ?? arrivalMs(channel, chance));
    const units = member.units ?? (chance.fraction() < 0.25 ? 2 : 1);
    const { method } = member;
    const purchase = { channel, atMs, units, ...(method === undefined ? {} : { method }) };
    const draw = chance.fraction();
    if (draw < 0.05) return { buyer, purchase: { ...purchase, method: "va" }, apart: "unpaid" };
    return draw < 0.07 ? { buyer, purchase, apart: "cancelled" } : { buyer, purchase };
  });
}

/** By hand one account takes this long. */
export const byHandMs = (before: number, chance: SeededChance): number =>
  Math.min(4 * MINUTE_MS, before * (9_000 + chance.below(26_000)));
