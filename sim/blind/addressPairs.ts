/*
 * Pairs of delivery addresses as people type them, with the truth whether they are one place. Made
 * without knowledge of any program that compares addresses, so that such a program can be measured.
 */

import type { SeededChance } from "../../src/crowd/chance.ts";
import { NEAR_MISSES, type NearMiss, type NearMissKind } from "./addressNearMisses.ts";
import { anyForm, FORMS, isSamePlace, placeIn, placeWhere } from "./addressPlaces.ts";
import type { Form, Place } from "./addressPlaces.ts";
import { REWRITINGS, type Draft, type RewritingKind } from "./addressRewriting.ts";
import { anyStyle, joined, OPTIONAL, segmentsOf, type Style } from "./addressWriting.ts";
import { DISTRICTS } from "./districts.ts";

/** Two addresses and the truth about them. */
export interface AddressPair {
  readonly a: string;
  readonly b: string;
  /** Whether both are one place. */
  readonly same: boolean;
  readonly kind: NearMissKind | RewritingKind | "different";
  /** Further changes of `b`, apart from `kind`. */
  readonly also: readonly RewritingKind[];
  /** The places that were written. */
  readonly places: { readonly a: Place; readonly b: Place };
}

/** Shares among the near misses, which are half of all pairs. */
export const NEAR_MISS_SHARES: Readonly<Record<NearMissKind, number>> = {
  "other RT": 0.2,
  "other letter": 0.15,
  "other unit": 0.15,
  "other number": 0.2,
  "other street": 0.3,
};

const KINDS = Object.keys(REWRITINGS) as readonly RewritingKind[];

/** The other half are same places, in equal shares of each kind. */
const SAME_SHARES = Object.fromEntries(KINDS.map((kind) => [kind, 1 / KINDS.length])) as Readonly<
  Record<RewritingKind, number>
>;

/** So many of each kind that their counts add up to `count`. */
function counted<K extends string>(shares: Readonly<Record<K, number>>, count: number): K[] {
  const kinds = Object.keys(shares) as K[];
  const ends = kinds.map((_, index) => {
    const sum = kinds.slice(0, index + 1).reduce((total, kind) => total + shares[kind], 0);
    return Math.round(sum * count);
  });
  return kinds.flatMap((kind, index) =>
    Array.from({ length: (ends[index] ?? 0) - (ends[index - 1] ?? 0) }, () => kind),
  );
}

const draftOf = (place: Place, style: Style): Draft => ({
  place,
  style,
  segments: segmentsOf(place, style),
});

const textOf = ({ segments, style }: Draft) => joined(segments, style);

/** The text after these rewritings, and those of them that changed it. */
function rewritten(
  draft: Draft,
  kinds: readonly RewritingKind[],
  chance: SeededChance,
): { text: string; done: RewritingKind[] } {
  let now = draft;
  const done: RewritingKind[] = [];
  for (const kind of KINDS.filter((one) => kinds.includes(one))) {
    const next = REWRITINGS[kind](now, chance);
    if (textOf(next) !== textOf(now)) done.push(kind);
    now = next;
  }
  return { text: textOf(now), done };
}

/** Two places of one district, each in full detail where they differ. */
function nearMiss(kind: NearMissKind, chance: SeededChance): AddressPair {
  const { forms, fits, other }: NearMiss = NEAR_MISSES[kind];
  const isHamlet = kind === "other RT" && chance.fraction() < 0.5;
  const found = placeWhere(isHamlet ? ["hamlet"] : forms, fits, chance);
  // A shop's name would tell two houses apart, or make one of them; a lodging has many rooms.
  const a = found.form === "lodging" ? found : { ...found, house: null };
  let b = a;
  while (isSamePlace(a, b)) b = other(a, chance);
  const any = anyStyle(chance);
  const style = { ...any, shown: new Set([...any.shown, "rtRw" as const]) };
  const wanted: RewritingKind[] = chance.fraction() < 0.5 ? ["spelling"] : [];
  if (chance.fraction() < 0.1) wanted.push("note");
  if (chance.fraction() < 0.1) wanted.push("roman");
  const second = rewritten(draftOf(b, style), wanted, chance);
  return {
    a: textOf(draftOf(a, style)),
    b: second.text,
    same: false,
    kind,
    also: second.done,
    places: { a, b },
  };
}

const hasNumeral = ({ road, lane, estate }: Place) =>
  [road, lane, estate].some((one) => one !== null && one.numeral !== null);

/** Whether a rewriting of this kind can be seen. */
function canShow(kind: RewritingKind, place: Place, isAnyHouse: boolean): boolean {
  if (kind === "roman") return hasNumeral(place);
  return kind !== "cut" || isAnyHouse || place.house !== null || place.form === "compound";
}

/** A third of the texts had something else done to them as well. */
function alsoDone(kind: RewritingKind, chance: SeededChance): RewritingKind[] {
  if (chance.fraction() > 1 / 3) return [];
  const others = chance.shuffled(KINDS.filter((one) => one !== kind && one !== "roman"));
  return others.slice(0, chance.fraction() < 0.25 ? 2 : 1);
}

function samePlace(kind: RewritingKind, chance: SeededChance): AddressPair {
  const isAnyHouse = chance.fraction() < 0.6;
  const place = placeWhere(FORMS, (one) => canShow(kind, one, isAnyHouse), chance);
  for (;;) {
    const any = anyStyle(chance);
    const style = kind === "cut" ? { ...any, shown: OPTIONAL } : any;
    const first = draftOf(place, style);
    const { text, done } = rewritten(first, [kind, ...alsoDone(kind, chance)], chance);
    if (!done.includes(kind) || text === textOf(first)) continue;
    const also = done.filter((one) => one !== kind);
    return { a: textOf(first), b: text, same: true, kind, also, places: { a: place, b: place } };
  }
}

/**
 * Labelled pairs in random order: half of them near misses by `NEAR_MISS_SHARES`, half of them the
 * same place, a sixth of those of each kind of rewriting.
 */
export function addressPairs(chance: SeededChance, count = 4_000): AddressPair[] {
  const misses = Math.round(count / 2);
  return chance.shuffled([
    ...counted(NEAR_MISS_SHARES, misses).map((kind) => nearMiss(kind, chance)),
    ...counted(SAME_SHARES, count - misses).map((kind) => samePlace(kind, chance)),
  ]);
}

/** Whether two places share more than their district. */
function haveInCommon(a: Place, b: Place): boolean {
  const parts = ({ road, estate, hamlet, lane, house, number, rtRw, km }: Place) =>
    [
      road?.name.split(" ").at(-1),
      estate?.name,
      hamlet?.name,
      lane && `gang ${lane.name} ${lane.numeral}`,
      house,
      number && `number ${number.value}`,
      rtRw && `RT ${rtRw.rt}`,
      km && `km ${km}`,
    ].filter((part) => typeof part === "string");
  const others = new Set(parts(b));
  return parts(a).some((part) => others.has(part));
}

/** The control: each pair are two wholly different addresses of one district. */
export function differentAddresses(chance: SeededChance, count = 300): AddressPair[] {
  const form = (): Form => anyForm(FORMS, chance);
  return Array.from({ length: count }, () => {
    const district = chance.pick(DISTRICTS);
    const a = placeIn(district, form(), chance);
    let b = placeIn(district, form(), chance);
    while (haveInCommon(a, b)) b = placeIn(district, form(), chance);
    const [first, second] = [anyStyle(chance), anyStyle(chance)];
    const texts = { a: textOf(draftOf(a, first)), b: textOf(draftOf(b, second)) };
    return { ...texts, same: false, kind: "different", also: [], places: { a, b } };
  });
}
