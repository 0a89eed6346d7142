/*
 * A table of people as it is found in shops: several rows for many persons, with the faults of such
 * tables, and with relatives who look like one person. Every row says which person it is truly of.
 */

import type { SeededChance } from "../../src/crowd/chance.ts";
import { anyStyle, cityText, inLetters, written, type Style } from "./addressWriting.ts";
import { DEGREES, TITLES } from "./peopleNames.ts";
import { PersonMaker, persons, unmarked, type Person, type Relatives } from "./persons.ts";
import { mistyped } from "./typing.ts";

export type PersonFault =
  | "names swapped"
  | "mail mistyped"
  | "other phone"
  | "marks dropped"
  | "marks decomposed"
  | "invisible characters"
  | "title"
  | "missing value";

/** A row of the table; "" is a missing value. */
export interface PersonRow {
  /** The true person: p0001. */
  readonly person: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly email: string;
  readonly phone: string;
  readonly birth_date: string;
  readonly address: string;
  readonly city: string;
  /** Whether another row of its person was written before. */
  readonly isDuplicate: boolean;
  readonly faults: readonly PersonFault[];
}

export interface PeopleTable {
  readonly rows: readonly PersonRow[];
  readonly relatives: readonly Relatives[];
}

type Cells = Omit<PersonRow, "person" | "isDuplicate" | "faults">;

const PHONES: readonly ((phone: string) => string)[] = [
  (phone) => phone,
  (phone) => phone,
  (phone) => `+62${phone.slice(1)}`,
  (phone) => `62${phone.slice(1)}`,
  (phone) => `+62 ${phone.slice(1, 4)} ${phone.slice(4, 8)} ${phone.slice(8)}`,
  (phone) => `${phone.slice(0, 4)}-${phone.slice(4, 8)}-${phone.slice(8)}`,
  (phone) => phone.slice(1),
];

/** A hand that fills in forms: its addresses, phones and dates look alike. */
interface Hand {
  readonly style: Style;
  readonly phone: (phone: string) => string;
  readonly isDayFirst: boolean;
}

function anyHand(chance: SeededChance): Hand {
  const style = anyStyle(chance);
  const shown = new Set(style.shown);
  if (chance.fraction() < 0.7) shown.delete("city");
  const isDayFirst = chance.fraction() < 0.1;
  return { style: { ...style, shown }, phone: chance.pick(PHONES), isDayFirst };
}

function cellsOf(person: Person, { style, phone, isDayFirst }: Hand): Cells {
  const [year, month, day] = person.birthDate.split("-");
  return {
    first_name: inLetters(person.first, style),
    last_name: inLetters(person.last, style),
    email: person.email,
    phone: phone(person.phone),
    birth_date: isDayFirst ? `${day}/${month}/${year}` : person.birthDate,
    address: written(person.home, style),
    city: inLetters(cityText(person.home.district.city, style), style),
  };
}

function mistypedMail(email: string, taken: ReadonlySet<string>, chance: SeededChance): string {
  const [local = "", host = ""] = email.split("@");
  for (;;) {
    const other =
      chance.fraction() < 0.6
        ? `${mistyped(local, () => false, chance)}@${host}`
        : `${local}@${mistyped(host, (one) => !one.includes("."), chance)}`;
    if (!taken.has(other) && other !== email) return other;
  }
}

function withTitle(cells: Cells, isFemale: boolean, chance: SeededChance): Cells {
  if (chance.fraction() < 0.5) {
    const sep = chance.fraction() < 0.5 ? ", " : " ";
    const degree = chance.pick(DEGREES);
    if (cells.last_name === "") return { ...cells, first_name: cells.first_name + sep + degree };
    return { ...cells, last_name: cells.last_name + sep + degree };
  }
  const title = chance.pick([...(isFemale ? TITLES.women : TITLES.men), ...TITLES.both]);
  return { ...cells, first_name: `${title} ${cells.first_name}` };
}

/** Zero-width space, no-break space, left-to-right mark, soft hyphen, byte order mark. */
const INVISIBLE = ["\u200b", "\u00a0", "\u200e", "\u00ad", "\ufeff"];
const NAMED = ["first_name", "last_name", "email", "phone", "city"] as const;

function withInvisible(cells: Cells, chance: SeededChance): Cells {
  const cell = chance.pick(NAMED.filter((name) => cells[name] !== ""));
  const text = cells[cell];
  const at = chance.pick([0, text.length, chance.below(text.length)]);
  return { ...cells, [cell]: text.slice(0, at) + chance.pick(INVISIBLE) + text.slice(at) };
}

/** One value is missing, or two; a weak row keeps its mail, phone and birth date. */
function withMissing(cells: Cells, isWeak: boolean, chance: SeededChance): Cells {
  const contact = chance.pick(["email", "phone", "birth_date"] as const);
  const place = chance.pick(["address", "city"] as const);
  const isContact = !isWeak && chance.fraction() < 0.6;
  const isPlace = !isContact || chance.fraction() < 0.3;
  return { ...cells, ...(isContact ? { [contact]: "" } : {}), ...(isPlace ? { [place]: "" } : {}) };
}

interface Pen {
  readonly chance: SeededChance;
  readonly make: PersonMaker;
  /** The mails of all persons. */
  readonly mails: ReadonlySet<string>;
}

/** Faults in the order in which they are made; a mark cannot be dropped behind another fault. */
function withFaults(
  cells: Cells,
  person: Person,
  { faults, isFirstOfMany }: { faults: readonly PersonFault[]; isFirstOfMany: boolean },
  pen: Pen,
): Cells {
  const { chance } = pen;
  const has = (fault: PersonFault) => faults.includes(fault);
  let now = cells;
  const change = (spell: (name: string) => string) => {
    now = { ...now, first_name: spell(now.first_name), last_name: spell(now.last_name) };
  };
  if (has("marks dropped")) change(unmarked);
  if (has("marks decomposed")) change((name) => name.normalize("NFD"));
  if (has("title")) now = withTitle(now, person.isFemale, chance);
  if (has("names swapped")) {
    now = { ...now, first_name: now.last_name, last_name: now.first_name };
  }
  if (has("mail mistyped")) now = { ...now, email: mistypedMail(now.email, pen.mails, chance) };
  if (has("other phone")) now = { ...now, phone: chance.pick(PHONES)(pen.make.phone()) };
  // The first row keeps what other rows get wrong: otherwise nobody could tell a father from his son.
  const isWeak = isFirstOfMany || has("mail mistyped") || has("other phone");
  if (has("missing value")) now = withMissing(now, isWeak, chance);
  return has("invisible characters") ? withInvisible(now, chance) : now;
}

const isMarked = ({ first, last }: Person) => unmarked(first + last) !== first + last;
const canDecompose = ({ first, last }: Person) => (first + last).normalize("NFD") !== first + last;

/** Faults that any row may have. */
function commonFaults(person: Person, isDuplicate: boolean, chance: SeededChance): PersonFault[] {
  const faults: PersonFault[] = [];
  const often = isDuplicate ? 1 : 0.4;
  if (isDuplicate && isMarked(person)) {
    const kind = chance.fraction();
    if (kind < 0.4) faults.push("marks dropped");
    else if (kind < 0.75 && canDecompose(person)) faults.push("marks decomposed");
  }
  if (chance.fraction() < 0.1 * often) faults.push("title");
  if (chance.fraction() < 0.1 * often) faults.push("invisible characters");
  if (chance.fraction() < 0.15 * often) faults.push("missing value");
  return faults;
}

/** How many rows each person has: one to four, `rows` together. */
function rowCounts(people: number, rows: number, chance: SeededChance): number[] {
  const counts = Array.from({ length: people }, () => 1);
  for (let left = rows - people; left > 0;) {
    const index = chance.below(people);
    const count = counts[index] ?? 4;
    if (count >= 4) continue;
    counts[index] = count + 1;
    left -= 1;
  }
  return counts;
}

/**
 * A table of `size.rows` rows, in random order, of `size.persons` persons with one to four rows each.
 * Of the rows that repeat a person a quarter have the names swapped, a tenth a mistyped mail and a
 * tenth another phone.
 */
export function peopleTable(
  chance: SeededChance,
  size: { rows: number; persons: number } = { rows: 1_000, persons: 600 },
): PeopleTable {
  const all = persons(size.persons, chance);
  const mails = new Set(all.persons.map(({ email }) => email));
  const pen: Pen = { chance, make: all.make, mails };
  const duplicates = size.rows - size.persons;
  const chosen = (share: number) =>
    new Set(
      chance
        .shuffled(Array.from({ length: duplicates }, (_, index) => index))
        .slice(0, Math.round(share * duplicates)),
    );
  const quotas: readonly (readonly [PersonFault, ReadonlySet<number>])[] = [
    ["names swapped", chosen(0.25)],
    ["mail mistyped", chosen(0.1)],
    ["other phone", chosen(0.1)],
  ];
  const counts = rowCounts(size.persons, size.rows, chance);
  let repeated = 0;
  const rows = all.persons.flatMap((person, index) => {
    const hand = anyHand(chance);
    return Array.from({ length: counts[index] ?? 1 }, (_, nth): PersonRow => {
      const isDuplicate = nth > 0;
      const faults = commonFaults(person, isDuplicate, chance);
      if (isDuplicate) {
        for (const [fault, rowsOf] of quotas) if (rowsOf.has(repeated)) faults.push(fault);
        repeated += 1;
      }
      const isOtherHand = isDuplicate && chance.fraction() < 0.6;
      const cells = cellsOf(person, isOtherHand ? anyHand(chance) : hand);
      const isFirstOfMany = !isDuplicate && counts[index] !== 1;
      const written = withFaults(cells, person, { faults, isFirstOfMany }, pen);
      return { person: person.id, ...written, isDuplicate, faults };
    });
  });
  return { rows: chance.shuffled(rows), relatives: all.relatives };
}
