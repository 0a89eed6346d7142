/*
 * Two guides to restaurants that know many of the same houses, each writing them in its own way. No
 * house stands twice in one guide. Branches of one chain in one town are different houses.
 */

import { InvariantError, must } from "../../src/base/assert.ts";
import type { SeededChance } from "../../src/crowd/chance.ts";
import { placeIn, type Form, type Place } from "./addressPlaces.ts";
import { REWRITINGS } from "./addressRewriting.ts";
import { anyStyle, cityText, joined, segmentsOf, type Role, type Style } from "./addressWriting.ts";
import { DISTRICTS, type District } from "./districts.ts";
import * as lists from "./restaurantNames.ts";
import { mistyped } from "./typing.ts";

/** A row of a guide; "" is a missing value. */
export interface RestaurantRow {
  /** The true house: r001. */
  readonly restaurant: string;
  readonly name: string;
  readonly address: string;
  readonly city: string;
  readonly phone: string;
  readonly kitchen: string;
}

export interface RestaurantGuides {
  readonly left: readonly RestaurantRow[];
  readonly right: readonly RestaurantRow[];
  /** The true houses that are branches of one chain in one town. */
  readonly chains: readonly (readonly string[])[];
}

/** A name in its parts: Warung, Soto Ayam, Bu, Kris. */
interface Named {
  readonly house: readonly string[] | null;
  readonly dish: string | null;
  readonly title: readonly string[] | null;
  readonly proper: string;
}

interface Restaurant {
  readonly id: string;
  readonly named: Named;
  readonly place: Place;
  readonly phone: { readonly area: string; readonly number: string };
  readonly kitchens: readonly string[];
}

const TOWNS = Object.keys(lists.AREA_CODES);

function districtIn(city: string, chance: SeededChance): District {
  return chance.pick(DISTRICTS.filter((district) => district.city === city));
}

function placeOf(city: string, chance: SeededChance): Place {
  const form = chance.pick<Form>(["street", "street", "street", "street", "highway", "shops"]);
  return { ...placeIn(districtIn(city, chance), form, chance), house: null, rtRw: null };
}

function phoneIn(city: string, chance: SeededChance): Restaurant["phone"] {
  const digits = (count: number) => Array.from({ length: count }, () => chance.below(10)).join("");
  if (chance.fraction() < 0.3)
    return { area: "0812", number: `${2 + chance.below(8)}${digits(7)}` };
  const area = must(lists.AREA_CODES[city], "every town has an area code");
  return { area, number: `${2 + chance.below(7)}${digits(area.length === 3 ? 6 : 5)}` };
}

function nameOf(dish: string, chance: SeededChance): Named {
  const isOwned = chance.fraction() < 0.75;
  const hasDish = chance.fraction() < 0.6;
  const hasHouse = !hasDish || chance.fraction() < 0.5;
  return {
    house: hasHouse ? chance.pick(lists.HOUSE_WORDS) : null,
    dish: hasDish ? dish : null,
    title: isOwned ? chance.pick(lists.OWNER_TITLES) : null,
    proper: chance.pick(isOwned ? lists.OWNERS : lists.PROPER),
  };
}

const plainName = ({ house, dish, title, proper }: Named) =>
  [house?.[0], dish, title?.[0], proper].filter(Boolean).join(" ");

/** The known part of a name, without the word for a restaurant, and its town. */
const coreOf = ({ dish, title, proper }: Named, city: string) =>
  [dish, title?.[0], proper, city].join(" ");

/** Branches: three to five houses of each chain in one town; some chains have one phone for all. */
function branches(chance: SeededChance): Omit<Restaurant, "id">[][] {
  return lists.CHAINS.map((proper) => {
    const city = chance.pick(TOWNS);
    const { kitchens } = chance.pick(lists.DISHES);
    const central = chance.fraction() < 0.3 ? phoneIn(city, chance) : null;
    const named = { house: null, dish: null, title: null, proper };
    return Array.from({ length: 3 + chance.below(3) }, () => {
      const phone = central ?? phoneIn(city, chance);
      return { named, place: placeOf(city, chance), phone, kitchens };
    });
  });
}

/** Houses of which no two in one town have the same name. */
function single(count: number, chance: SeededChance): Omit<Restaurant, "id">[] {
  const known = new Set<string>();
  const houses: Omit<Restaurant, "id">[] = [];
  for (let tried = 0; houses.length < count; tried++) {
    if (tried > 50 * count) throw new InvariantError("too few names for so many houses");
    const city = chance.pick(TOWNS);
    const { dish, kitchens } = chance.pick(lists.DISHES);
    const named = nameOf(dish, chance);
    const core = coreOf(named, city);
    if (known.has(core)) continue;
    known.add(core);
    const [place, phone] = [placeOf(city, chance), phoneIn(city, chance)];
    houses.push({ named, place, phone, kitchens });
  }
  return houses;
}

const PHONES: readonly ((area: string, number: string) => string)[] = [
  (area, number) => `(${area}) ${number}`,
  (area, number) => `${area}-${number}`,
  (area, number) => `${area} ${number.slice(0, -4)} ${number.slice(-4)}`,
  (area, number) => area + number,
  (area, number) => `+62 ${area.slice(1)} ${number}`,
  (area, number) => `+62-${area.slice(1)}-${number.slice(0, -4)}-${number.slice(-4)}`,
  (area, number) => `62${area.slice(1)}${number}`,
  (area, number) => `${area}/${number}`,
  (area, number) => `Telp. ${area} ${number}`,
];

/** A mobile number has no area that is written apart. */
function phoneText({ area, number }: Restaurant["phone"], chance: SeededChance): string {
  const text = chance.pick(PHONES)(area, number);
  return area === "0812" ? text.replace(/[()/]/g, "") : text;
}

/** A name as a guide writes it that does not copy signs. */
function otherName({ named, place }: Restaurant, chance: SeededChance): string {
  const { house, dish, title, proper } = named;
  const word = house && chance.pick(house);
  const owner = title ? `${chance.pick(title)} ${proper}` : proper;
  const core = [dish, owner].filter(Boolean).join(" ");
  const town = place.district.city.split(" ").at(-1);
  const full = [word, core].filter(Boolean).join(" ");
  const kind = chance.fraction();
  if (kind < 0.25 && word) return `${core}, ${word}`;
  if (kind < 0.3 && dish) return `${owner}, ${[word, dish].filter(Boolean).join(" ")}`;
  if (kind < 0.4) return core;
  if (kind < 0.48) return `${full} ${town}`;
  if (kind < 0.56) return `${full} (${place.village})`;
  if (kind < 0.64) return full.toUpperCase();
  if (kind < 0.74) return mistypedName(full, chance);
  return full;
}

function mistypedName(name: string, chance: SeededChance): string {
  const words = name.split(" ");
  const long = words.filter((word) => word.length >= 4);
  if (long.length === 0) return name;
  const word = chance.pick(long);
  const other = mistyped(word, (one) => words.includes(one), chance);
  return words.map((one) => (one === word ? other : one)).join(" ");
}

/** A guide gives the town in a column of its own, and little else of the district. */
function guideStyle(chance: SeededChance): Style {
  const style = anyStyle(chance);
  const shown = new Set<Role>();
  if (chance.fraction() < 0.3) shown.add("district");
  if (chance.fraction() < 0.2) shown.add("village");
  return { ...style, shown, letters: "as they are", between: ", " };
}

function row(restaurant: Restaurant, isExact: boolean, chance: SeededChance): RestaurantRow {
  const { id, named, place, phone, kitchens } = restaurant;
  const style = guideStyle(chance);
  const draft = { place, style, segments: segmentsOf(place, style) };
  const { segments } = !isExact && chance.fraction() < 0.1 ? REWRITINGS.typo(draft, chance) : draft;
  return {
    restaurant: id,
    name: isExact ? plainName(named) : otherName(restaurant, chance),
    address: joined(segments, style),
    city: cityText(place.district.city, style),
    phone: chance.fraction() < 0.12 ? "" : phoneText(phone, chance),
    kitchen: isExact ? (kitchens[0] ?? "") : chance.pick(kitchens),
  };
}

const SIZES = { left: 500, right: 400, both: 300 };

/** Each chain has a branch that only the left guide knows and one that only the right guide knows. */
function shared(all: readonly Restaurant[], chains: readonly (readonly Restaurant[])[]) {
  const onlyLeft = new Set(chains.map((houses) => must(houses[0], "a chain has branches")));
  const onlyRight = new Set(chains.map((houses) => must(houses[1], "a chain has branches")));
  const free = all.filter((one) => !onlyLeft.has(one) && !onlyRight.has(one));
  const both = free.slice(0, SIZES.both);
  const rest = free.slice(SIZES.both);
  const more = SIZES.left - SIZES.both - onlyLeft.size;
  return {
    left: [...both, ...onlyLeft, ...rest.slice(0, more)],
    right: [...both, ...onlyRight, ...rest.slice(more)],
  };
}

/** Guides of 500 and 400 rows, in random order; 300 houses are in both, one row each. */
export function restaurantGuides(chance: SeededChance): RestaurantGuides {
  const grouped = branches(chance);
  const count = SIZES.left + SIZES.right - SIZES.both;
  const houses = [...grouped.flat(), ...single(count - grouped.flat().length, chance)];
  const ids = chance.shuffled(houses.map((_, index) => index + 1));
  const all = houses.map((house, index): Restaurant => {
    return { ...house, id: `r${String(ids[index]).padStart(3, "0")}` };
  });
  let from = 0;
  const chains = grouped.map(({ length }) => all.slice(from, (from += length)));
  const { left, right } = shared(chance.shuffled(all), chains);
  return {
    left: chance.shuffled(left).map((one) => row(one, chance.fraction() < 0.8, chance)),
    right: chance.shuffled(right).map((one) => row(one, chance.fraction() < 0.25, chance)),
    chains: chains.map((branches) => branches.map(({ id }) => id)),
  };
}
