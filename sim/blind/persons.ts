/* Persons of a made-up table, some of them related: their names, contacts and homes may be shared. */

import type { SeededChance } from "../../src/crowd/chance.ts";
import { FORMS, placeWhere, type Place } from "./addressPlaces.ts";
import * as names from "./peopleNames.ts";

export interface Person {
  readonly id: string;
  readonly isFemale: boolean;
  readonly first: string;
  /** "" for people with one name. */
  readonly last: string;
  readonly email: string;
  /** With a leading 0, digits only. */
  readonly phone: string;
  /** 1987-03-21 */
  readonly birthDate: string;
  readonly home: Place;
}

/** Different persons who look like one. */
export interface Relatives {
  readonly kind: "siblings" | "couple" | "father and son" | "namesakes";
  readonly persons: readonly Person[];
}

/** Letters without marks: é becomes e, ø and ł become o and l. */
export const unmarked = (name: string) =>
  name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[øØłŁ]/g, (letter) => ({ ø: "o", Ø: "O", ł: "l", Ł: "L" })[letter] ?? letter);

const digits = (count: number, chance: SeededChance) =>
  Array.from({ length: count }, () => chance.below(10)).join("");

/** Makes persons; no two have one mail or, unless they are told to share it, one phone. */
export class PersonMaker {
  readonly #chance: SeededChance;
  readonly #used = new Set<string>();
  #count = 0;

  constructor(chance: SeededChance) {
    this.#chance = chance;
  }

  #unused(make: () => string): string {
    for (;;) {
      const one = make();
      if (this.#used.has(one)) continue;
      this.#used.add(one);
      return one;
    }
  }

  phone(): string {
    const start = ["0812", "0813", "0821", "0852", "0856", "0857", "0877", "0878", "0896"];
    const end = () => digits(this.#chance.pick([7, 8, 8, 8]), this.#chance);
    return this.#unused(() => this.#chance.pick(start) + end());
  }

  #email({ first, last, birthDate }: Pick<Person, "first" | "last" | "birthDate">): string {
    const [one, two] = [first, last].map((name) =>
      unmarked(name)
        .toLowerCase()
        .replace(/[^a-z]/g, ""),
    ) as [string, string];
    const year = birthDate.slice(0, 4);
    const chance = this.#chance;
    return this.#unused(() => {
      const local = chance.pick([
        [one, two].filter(Boolean).join("."),
        one + two,
        `${one}${two.slice(0, 1)}${year.slice(2)}`,
        `${two || one}${one.slice(0, 2)}${chance.below(1_000)}`,
        `${one}_${year}`,
        `${one}${two}${chance.below(100)}`,
      ]);
      return `${local}@${chance.pick(names.MAIL_HOSTS)}`;
    });
  }

  #name(isFemale: boolean): Pick<Person, "first" | "last"> {
    const chance = this.#chance;
    const isMarked = chance.fraction() < 0.15;
    const firsts = isFemale ? names.WOMEN : names.MEN;
    const marked = isFemale ? names.MARKED_WOMEN : names.MARKED_MEN;
    const first = chance.pick(isMarked && chance.fraction() < 0.7 ? marked : firsts);
    const middle = chance.fraction() < 0.15 ? ` ${chance.pick(firsts)}` : "";
    const last = chance.pick(isMarked ? names.MARKED_SURNAMES : names.SURNAMES);
    return { first: first + middle, last: chance.fraction() < 0.06 ? "" : last };
  }

  birthDate(from: number, years: number): string {
    const day = new Date(Date.UTC(from, 0, 1 + this.#chance.below(Math.floor(years * 365.25))));
    return day.toISOString().slice(0, 10);
  }

  home(): Place {
    return placeWhere(FORMS, () => true, this.#chance);
  }

  /** A person; what is `given` is not made up. */
  person(given: Partial<Omit<Person, "id">> = {}): Person {
    this.#count += 1;
    const isFemale = given.isFemale ?? this.#chance.fraction() < 0.5;
    const named = { ...this.#name(isFemale), ...given };
    const birthDate = given.birthDate ?? this.birthDate(1955, 50);
    return {
      id: `p${String(this.#count).padStart(4, "0")}`,
      isFemale,
      first: named.first,
      last: named.last,
      email: given.email ?? this.#email({ ...named, birthDate }),
      phone: given.phone ?? this.phone(),
      birthDate,
      home: given.home ?? this.home(),
    };
  }
}

function personWithSurname(make: PersonMaker, given: Partial<Omit<Person, "id">>): Person {
  for (;;) {
    const person = make.person(given);
    if (person.last !== "") return person;
  }
}

/** Brothers and sisters have one surname, and one home or one phone; some are twins. */
function siblings(make: PersonMaker, chance: SeededChance): Person[] {
  const oldest = personWithSurname(make, {});
  const isHome = chance.fraction() < 0.5;
  const year = Number(oldest.birthDate.slice(0, 4));
  const others = Array.from({ length: chance.fraction() < 0.3 ? 2 : 1 }, () => {
    const isTwin = chance.fraction() < 0.15;
    const birthDate = isTwin ? oldest.birthDate : make.birthDate(year + 1, 8);
    const isSameHome = isHome || chance.fraction() < 0.5;
    return make.person({
      last: oldest.last,
      birthDate,
      ...(isSameHome ? { home: oldest.home } : {}),
      ...(isHome ? {} : { phone: oldest.phone }),
    });
  });
  const firsts = new Set([oldest, ...others].map(({ first }) => first));
  return firsts.size === others.length + 1 ? [oldest, ...others] : siblings(make, chance);
}

function couple(make: PersonMaker, chance: SeededChance): Person[] {
  const husband = personWithSurname(make, { isFemale: false });
  const year = Number(husband.birthDate.slice(0, 4));
  const birthDate = make.birthDate(year - 4, 9);
  const shared =
    chance.fraction() < 0.5
      ? { last: husband.last, home: husband.home }
      : { phone: husband.phone, ...(chance.fraction() < 0.5 ? { home: husband.home } : {}) };
  return [husband, make.person({ isFemale: true, birthDate, ...shared })];
}

function fatherAndSon(make: PersonMaker, chance: SeededChance): Person[] {
  const birthDate = make.birthDate(1950, 20);
  const father = personWithSurname(make, { isFemale: false, birthDate });
  const { first, last, home, phone } = father;
  const born = make.birthDate(Number(birthDate.slice(0, 4)) + 22, 12);
  const isSamePhone = chance.fraction() < 0.3;
  const given = { isFemale: false, first, last, home, birthDate: born };
  return [father, make.person(isSamePhone ? { ...given, phone } : given)];
}

/** Two strangers of one name. */
function namesakes(make: PersonMaker): Person[] {
  const one = personWithSurname(make, {});
  const { first, last, isFemale } = one;
  return [one, make.person({ first, last, isFemale })];
}

/** `count` persons, two in five of them with somebody who looks alike. */
export function persons(
  count: number,
  chance: SeededChance,
): { persons: Person[]; relatives: Relatives[]; make: PersonMaker } {
  const make = new PersonMaker(chance);
  const groups = Math.round(count / 6);
  const relatives = Array.from({ length: groups }, (_, index): Relatives => {
    const part = index / groups;
    if (part < 0.35) return { kind: "siblings", persons: siblings(make, chance) };
    if (part < 0.7) return { kind: "couple", persons: couple(make, chance) };
    if (part < 0.88) return { kind: "father and son", persons: fatherAndSon(make, chance) };
    return { kind: "namesakes", persons: namesakes(make) };
  });
  const related = relatives.flatMap((group) => group.persons);
  const others = Array.from({ length: count - related.length }, () => make.person());
  return { persons: [...related, ...others], relatives, make };
}
