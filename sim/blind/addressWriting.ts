/*
 * How one person writes an address: the spelling of each word, capitals, what stands between the
 * parts, and which parts are written at all. One place in one style is always the same text.
 */

import type { SeededChance } from "../../src/crowd/chance.ts";
import type { Estate, Numbered, Place } from "./addressPlaces.ts";
import { NAME_SPELLINGS, WORDS, type Word } from "./spellings.ts";

/** Parts of an address, in their usual order. */
const ROLES = [
  "house",
  "estate",
  "flat",
  "road",
  "km",
  "lane",
  "hamlet",
  "number",
  "rtRw",
  "village",
  "district",
  "city",
  "province",
  "postal",
] as const;
export type Role = (typeof ROLES)[number];

export interface Segment {
  readonly role: Role | "note";
  readonly text: string;
}

export interface Style {
  readonly words: Readonly<Record<Word, string>>;
  /** Which spellings of words in names; 0 for those of the lists. */
  readonly names: number;
  readonly isRoman: boolean;
  /** Written without a space behind a full stop: "Jl.Melati No.5". */
  readonly isTight: boolean;
  /** Whether a house number of five digits stands before its street. */
  readonly isNumberFirst: boolean;
  readonly rtRw: number;
  /** Between a number and its letter, a block's letter and its number, a block and its house. */
  readonly marks: { readonly letter: string; readonly block: string; readonly house: string };
  readonly between: string;
  readonly letters: "as they are" | "small" | "capitals";
  /** Parts that may be left out and are written. */
  readonly shown: ReadonlySet<Role>;
}

/** Parts that may be left out, and how often they are written. */
const SHOWN: readonly (readonly [Role, number])[] = [
  ["house", 0.8],
  ["rtRw", 0.85],
  ["village", 0.6],
  ["district", 0.8],
  ["city", 0.9],
  ["province", 0.35],
  ["postal", 0.5],
];
export const OPTIONAL: ReadonlySet<Role> = new Set(SHOWN.map(([role]) => role));

const RT_RW: readonly ((rt: number, rw: number) => string)[] = [
  (rt, rw) => `RT ${padded(rt, 2)}/${padded(rw, 2)}`,
  (rt, rw) => `RT${padded(rt, 2)}/RW${padded(rw, 2)}`,
  (rt, rw) => `rt.${padded(rt, 3)} rw.${padded(rw, 3)}`,
  (rt, rw) => `RT${rt}/RW${rw}`,
  (rt, rw) => `RT/RW ${padded(rt, 2)}/${padded(rw, 2)}`,
  (rt, rw) => `RT. ${padded(rt, 2)} RW. ${padded(rw, 2)}`,
  (rt, rw) => `Rt ${rt} Rw ${rw}`,
  (rt, rw) => `RT ${padded(rt, 3)} / RW ${padded(rw, 3)}`,
  (rt, rw) => `RT.${rt}/${rw}`,
  (rt, rw) => `RT/RW: ${padded(rt, 3)}/${padded(rw, 3)}`,
];

const padded = (number: number, digits: number) => String(number).padStart(digits, "0");

/** A style of writing; `unlike` is one whose words are spelled otherwise wherever that is possible. */
export function anyStyle(chance: SeededChance, unlike?: Style): Style {
  const words = {} as Record<Word, string>;
  for (const word of Object.keys(WORDS) as Word[]) {
    const others = WORDS[word].filter((spelling) => spelling !== unlike?.words[word]);
    words[word] = chance.pick(others);
  }
  const other = (below: number, not: number | undefined) =>
    not === undefined ? chance.below(below) : (not + 1 + chance.below(below - 1)) % below;
  return {
    words,
    names: chance.fraction() < 0.4 && unlike?.names !== 0 ? 0 : other(12, unlike?.names),
    isRoman: unlike?.isRoman ?? chance.fraction() < 0.5,
    isTight: chance.fraction() < 0.15,
    isNumberFirst: chance.fraction() < 0.75,
    rtRw: other(RT_RW.length, unlike?.rtRw),
    marks: {
      letter: chance.pick(["", "", "", " ", "-", "/"]),
      block: chance.pick(["", "", "-", " "]),
      house: chance.pick([" ", " ", "/", ", "]),
    },
    between: chance.pick([", ", ", ", ", ", " ", " ", ",", " - ", "\n"]),
    letters: chance.pick(["as they are", "as they are", "small", "capitals"]),
    shown: unlike?.shown ?? shownBy(chance),
  };
}

const shownBy = (chance: SeededChance): ReadonlySet<Role> =>
  new Set(SHOWN.filter(([, share]) => chance.fraction() < share).map(([role]) => role));

const ROMAN = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];

/** Names that were spelled before, by style and name: a few thousand at most. */
const SPELLED = new Map<string, string>();

function spelledName(name: string, style: Style): string {
  const key = `${style.names} ${name}`;
  const known = SPELLED.get(key);
  if (known !== undefined) return known;
  let spelled = name;
  for (const [index, [word, spellings]] of NAME_SPELLINGS.entries()) {
    const spelling = spellings[(style.names * (index + 1)) % spellings.length];
    if (spelling !== undefined) spelled = spelled.replace(word, spelling);
  }
  SPELLED.set(key, spelled);
  return spelled;
}

function numbered({ name, numeral }: Numbered, style: Style): string {
  const number = style.isRoman ? ROMAN[numeral ?? 0] : String(numeral);
  return numeral === null
    ? spelledName(name, style)
    : `${spelledName(name, style)} ${number}`.trim();
}

function called(word: Word, name: string, style: Style): string {
  const spelled = style.words[word];
  if (spelled === "") return name;
  return style.isTight && spelled.endsWith(".") ? spelled + name : `${spelled} ${name}`;
}

function houseNumber(place: Place, style: Style): string | null {
  if (place.number === null) return null;
  const { value, letter } = place.number;
  const text = letter === "" ? String(value) : `${value}${style.marks.letter}${letter}`;
  if (isNumberFirst(place, style)) return text;
  // Without a word between, two numbers would run into each other: "Jl. Melati 2 5".
  const isClear =
    place.road !== null && place.road.numeral === null && place.km === null && place.lane === null;
  if (place.form === "apartment" && isClear) return text;
  if (style.words.nomor === "" && !isClear) return `No ${text}`;
  return called("nomor", text, style);
}

const isNumberFirst = (place: Place, style: Style) =>
  style.isNumberFirst && place.road !== null && (place.number?.value ?? 0) >= 10_000;

function estateText(estate: Estate, place: Place, style: Style): string {
  const name = called(estate.kind, numbered(estate, style), style);
  if (estate.block === null) return name;
  const { letter, number } = estate.block;
  const block = number === null ? letter : `${letter}${style.marks.block}${number}`;
  const house = houseNumber(place, style);
  const end =
    style.marks.house === "/" && place.number !== null
      ? `/${place.number.value}${place.number.letter}`
      : style.marks.house + house;
  return `${name} ${called("blok", block, style)}${end}`;
}

function flatText({ flat }: Place, style: Style): string | null {
  if (flat === null) return null;
  if ("room" in flat) return called("kamar", String(flat.room), style);
  const floor = called("lantai", String(flat.floor), style);
  return `${called("tower", flat.tower, style)} ${floor} ${called("unit", flat.unit, style)}`;
}

/** A city with or without its kind, as the style writes it. */
export function cityText(city: string, style: Style): string {
  const [kind, ...rest] = city.split(" ");
  const name = spelledName(rest.join(" "), style);
  if (kind === "Kota") return called("kota", name, style);
  return kind === "Kabupaten" ? called("kabupaten", name, style) : spelledName(city, style);
}

function textOf(role: Role, place: Place, style: Style): string | null {
  const { district } = place;
  switch (role) {
    case "house":
      return place.house;
    case "estate":
      return place.estate && estateText(place.estate, place, style);
    case "flat":
      return flatText(place, style);
    case "road":
      return place.road && called("jalan", numbered(place.road, style), style);
    case "km":
      return place.km === null
        ? null
        : called("kilometer", String(place.km).replace(".", ","), style);
    case "lane":
      return place.lane && called("gang", numbered(place.lane, style), style);
    case "number":
      return place.estate?.block ? null : houseNumber(place, style);
    case "hamlet":
      return (
        place.hamlet && called(place.hamlet.kind, spelledName(place.hamlet.name, style), style)
      );
    case "rtRw":
      return place.rtRw && (RT_RW[style.rtRw]?.(place.rtRw.rt, place.rtRw.rw) ?? null);
    case "village": {
      const isRural = district.city.startsWith("Kabupaten");
      return called(isRural ? "desa" : "kelurahan", spelledName(place.village, style), style);
    }
    case "district":
      return called("kecamatan", spelledName(district.name, style), style);
    case "city":
      return cityText(district.city, style);
    case "province":
      return spelledName(district.province, style);
    case "postal":
      return place.postal;
  }
}

/** The parts of a place that are written in a style, in their usual order. */
export function segmentsOf(place: Place, style: Style): Segment[] {
  const isShown = (role: Role) =>
    !OPTIONAL.has(role) || style.shown.has(role) || (role === "rtRw" && place.form === "hamlet");
  const order = isNumberFirst(place, style) ? ROLES.toSorted((a, b) => rank(a) - rank(b)) : ROLES;
  return order.flatMap((role) => {
    const text = isShown(role) ? textOf(role, place, style) : null;
    return text === null ? [] : [{ role, text }];
  });
}

const rank = (role: Role) =>
  role === "number" ? ROLES.indexOf("road") - 0.5 : ROLES.indexOf(role);

/** Parts of one line: a road, its kilometre, its lane, a hamlet, and the number. */
const CLOSE: ReadonlySet<string> = new Set(["road", "km", "lane", "hamlet", "number"]);

/** The parts as one text. */
export function joined(segments: readonly Segment[], style: Style): string {
  let text = "";
  let last: string | null = null;
  for (const segment of segments) {
    const isClose = last !== null && CLOSE.has(last) && CLOSE.has(segment.role);
    text += last === null ? "" : isClose ? " " : style.between;
    text += segment.text;
    last = segment.role;
  }
  return inLetters(text, style);
}

/** A text in the small or capital letters of a style. */
export function inLetters(text: string, { letters }: Style): string {
  if (letters === "small") return text.toLowerCase();
  return letters === "capitals" ? text.toUpperCase() : text;
}

/** A place as somebody writes it. */
export const written = (place: Place, style: Style) => joined(segmentsOf(place, style), style);
