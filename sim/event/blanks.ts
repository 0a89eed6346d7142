/*
 * Values that a channel writes where it has none, and values that one version of a program gives to everybody. An
 * event remembers them: nobody shares them.
 */

import type { SeededChance } from "../../src/crowd/chance.ts";
import { list } from "../blind/list.ts";

export type BlankKind = "device" | "payment" | "phone" | "email" | "account";

const WRITTEN: Readonly<Record<BlankKind, readonly string[]>> = {
  device: list(`
00000000-0000-0000-0000-000000000000, unknown, undefined, null, 0, 000000000000000, 9774d56d682e549c
ffffffff-ffff-ffff-ffff-ffffffffffff, n/a, 02:00:00:00:00:00, none, -, web, 123456789012345
`),
  payment: list(`COD, -, 0, null, cash, bayar di tempat, N/A, none, undefined, 0000000000000000`),
  phone: list(`
0, -, 081234567890, 08123456789, 0800000000, 628111111111, 000000000000, 0812345678, n/a, 62
080000000000, 08xxxxxxxxxx, 085555555555, 6281200000000
`),
  email: list(`
noemail@noemail.com, no-reply@gmail.com, guest@example.com, -, test@test.com, tidakada@gmail.com
null, none@none.com, noemail@gmail.com, customer@mail.invalid
`),
  account: list(`guest, 0, GUEST, null, -, tamu, undefined`),
};

/** The payment's id of somebody who read a code off a screen. */
const CODE = "QRIS";

const hex = (chance: SeededChance) => chance.uint32().toString(16).padStart(8, "0");

/** The blanks of one event. */
export class Blanks {
  readonly #chance: SeededChance;
  readonly #used = new Set<string>();
  /** One version of the shop's program calls every phone by this id. */
  readonly #everyPhone: string;
  /** Phones of one cloned batch have this id. */
  readonly #clones: string;
  /** The shop's own number at the payment service, which some rows have in place of the buyer's. */
  readonly #merchant: string;

  constructor(chance: SeededChance) {
    this.#chance = chance;
    this.#everyPhone = hex(chance) + hex(chance);
    this.#clones = `86${String(chance.below(1e9)).padStart(9, "0")}${String(1_000 + chance.below(9_000))}`;
    this.#merchant = `ID10${String(200_000_000 + chance.below(99_999_999))}`;
    for (const value of [this.#everyPhone, this.#clones, this.#merchant, CODE])
      this.#used.add(value);
  }

  /** A blank of a kind; half of a channel's blanks are the commonest three. */
  of(kind: BlankKind): string {
    const all = WRITTEN[kind];
    const few = this.#chance.fraction() < 0.5 ? all.slice(0, 3) : all;
    const value = this.#chance.pick(few);
    this.#used.add(value);
    return value;
  }

  get everyPhone(): string {
    return this.#everyPhone;
  }

  get clones(): string {
    return this.#clones;
  }

  get merchant(): string {
    return this.#merchant;
  }

  get code(): string {
    return CODE;
  }

  has(value: string): boolean {
    return this.#used.has(value);
  }
}
