/*
 * Places that people have goods sent to, as they are: not as anybody writes them. Two places are the
 * same if all that is recorded here is the same.
 */

import { InvariantError } from "../../src/base/assert.ts";
import type { SeededChance } from "../../src/crowd/chance.ts";
import { DISTRICTS, type District } from "./districts.ts";
import * as names from "./streets.ts";

/** A name with a number or a direction behind it: Melati II, Cempaka Putih Barat. */
export interface Numbered {
  /** "" for a lane that has only a number. */
  readonly name: string;
  readonly numeral: number | null;
}

export interface Estate extends Numbered {
  readonly kind: "perumahan" | "komplek" | "apartemen" | "ruko";
  /** The block's letters and number: C and 3; null in compounds whose streets have names. */
  readonly block: { readonly letter: string; readonly number: number | null } | null;
}

/** A flat of a tower; its name begins with its floor, as on its door. */
export interface TowerFlat {
  readonly tower: string;
  readonly floor: number;
  readonly unit: string;
}

/** A part of a building: a flat, or a room of a lodging. */
export type Flat = TowerFlat | { readonly room: number };

export interface Place {
  readonly form: Form;
  /** A name before the address: a lodging, a shop. */
  readonly house: string | null;
  readonly estate: Estate | null;
  readonly flat: Flat | null;
  readonly road: Numbered | null;
  readonly km: number | null;
  readonly lane: Numbered | null;
  readonly number: { readonly value: number; readonly letter: string } | null;
  readonly hamlet: { readonly kind: "dusun" | "kampung"; readonly name: string } | null;
  readonly rtRw: { readonly rt: number; readonly rw: number } | null;
  readonly village: string;
  readonly district: District;
  readonly postal: string;
}

/** How many of twenty places have each form. */
const FORM_WEIGHTS = {
  street: 6,
  lane: 3,
  estate: 3,
  compound: 1,
  apartment: 2,
  shops: 1,
  highway: 1,
  hamlet: 2,
  lodging: 1,
};

export type Form = keyof typeof FORM_WEIGHTS;
export const FORMS = Object.keys(FORM_WEIGHTS) as readonly Form[];

/** One of the forms, as often as it is seen. */
export const anyForm = (forms: readonly Form[], chance: SeededChance): Form =>
  chance.pick(forms.flatMap((form) => Array.from({ length: FORM_WEIGHTS[form] }, () => form)));

export const letter = (chance: SeededChance) => chance.pick("ABCDEFGHK".split(""));

export function anyNumber(chance: SeededChance): number {
  const kind = chance.fraction();
  if (kind < 0.03) return 10_000 + chance.below(80_000);
  if (kind < 0.7) return 1 + chance.below(60);
  return 1 + chance.below(kind < 0.95 ? 300 : 1_500);
}

const number = (chance: SeededChance) => ({
  value: anyNumber(chance),
  letter: chance.fraction() < 0.25 ? letter(chance) : "",
});

/** A street of a town; one in three has a number or a direction. */
export function anyRoad(chance: SeededChance): Numbered {
  const name = chance.pick(names.STREETS);
  const kind = chance.fraction();
  if (kind < 0.2) return { name, numeral: 1 + chance.below(9) };
  if (kind > 0.88) return { name: `${name} ${chance.pick(names.DIRECTIONS)}`, numeral: null };
  return { name, numeral: null };
}

function anyLane(chance: SeededChance): Numbered {
  if (chance.fraction() < 0.6) return { name: "", numeral: 1 + chance.below(12) };
  const numeral = chance.fraction() < 0.25 ? 1 + chance.below(5) : null;
  return { name: chance.pick(names.LANES), numeral };
}

const rtRw = (chance: SeededChance) => ({ rt: 1 + chance.below(14), rw: 1 + chance.below(18) });

function estateOf(form: Form, chance: SeededChance): Estate | null {
  const block = () => ({
    letter: chance.fraction() < 0.15 ? letter(chance) + letter(chance) : letter(chance),
    number: chance.fraction() < 0.7 ? 1 + chance.below(20) : null,
  });
  const numeral = chance.fraction() < 0.25 ? 1 + chance.below(5) : null;
  if (form === "estate") {
    return { kind: "perumahan", name: chance.pick(names.ESTATES), numeral, block: block() };
  }
  if (form === "compound") {
    return { kind: "komplek", name: chance.pick(names.COMPOUNDS), numeral, block: null };
  }
  if (form === "shops") {
    return { kind: "ruko", name: chance.pick(names.SHOP_ROWS), numeral: null, block: block() };
  }
  if (form !== "apartment") return null;
  return { kind: "apartemen", name: chance.pick(names.APARTMENTS), numeral: null, block: null };
}

export function anyFlat(chance: SeededChance): TowerFlat {
  const floor = 1 + chance.below(30);
  const door = String(1 + chance.below(30)).padStart(2, "0");
  const end = chance.fraction() < 0.3 ? letter(chance) : "";
  return { tower: letter(chance), floor, unit: `${floor}${door}${end}` };
}

const WITHOUT_ROAD: readonly Form[] = ["estate", "shops", "hamlet"];

function roadOf(form: Form, chance: SeededChance): Numbered | null {
  if (WITHOUT_ROAD.includes(form)) return null;
  if (form === "highway") return { name: chance.pick(names.HIGHWAYS), numeral: null };
  return anyRoad(chance);
}

function houseOf(form: Form, chance: SeededChance): string | null {
  if (form === "lodging") return chance.pick(names.LODGINGS);
  const isHome = form === "street" || form === "lane" || form === "highway";
  return isHome && chance.fraction() < 0.2 ? chance.pick(names.HOUSES) : null;
}

function flatOf(form: Form, chance: SeededChance): Flat | null {
  if (form === "apartment") return anyFlat(chance);
  return form === "lodging" ? { room: 1 + chance.below(25) } : null;
}

function kmOf(form: Form, chance: SeededChance): number | null {
  if (form !== "highway") return null;
  return chance.fraction() < 0.25 ? 3 + chance.below(40) + 0.5 : 3 + chance.below(40);
}

const hamletOf = (chance: SeededChance) => ({
  kind: chance.fraction() < 0.5 ? ("dusun" as const) : ("kampung" as const),
  name: chance.pick(names.HAMLETS),
});

const WITHOUT_RT: readonly Form[] = ["apartment", "shops", "highway"];

/** A place of this form in a district; apartments have the number of their street. */
export function placeIn(district: District, form: Form, chance: SeededChance): Place {
  const last = String(1 + chance.below(60)).padStart(2, "0");
  const hasRtRw = !WITHOUT_RT.includes(form) && chance.fraction() < 0.6;
  return {
    form,
    house: houseOf(form, chance),
    estate: estateOf(form, chance),
    flat: flatOf(form, chance),
    road: roadOf(form, chance),
    km: kmOf(form, chance),
    lane: form === "lane" ? anyLane(chance) : null,
    number: form === "hamlet" && chance.fraction() < 0.7 ? null : number(chance),
    hamlet: form === "hamlet" ? hamletOf(chance) : null,
    rtRw: hasRtRw || form === "hamlet" ? rtRw(chance) : null,
    village: chance.pick(district.villages),
    district,
    postal: district.postal + last,
  };
}

/** A place somewhere in the country that meets `fits`. */
export function placeWhere(
  forms: readonly Form[],
  fits: (place: Place) => boolean,
  chance: SeededChance,
): Place {
  for (let attempt = 0; attempt < 2_000; attempt++) {
    const place = placeIn(chance.pick(DISTRICTS), anyForm(forms, chance), chance);
    if (fits(place)) return place;
  }
  throw new InvariantError("no place of these forms fits");
}

/** Whether two places are the same one. */
export const isSamePlace = (a: Place, b: Place) => JSON.stringify(a) === JSON.stringify(b);
