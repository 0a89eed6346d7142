/* One place as it is written a second time: by another hand, cut, mistyped, in another order. */

import type { SeededChance } from "../../src/crowd/chance.ts";
import type { Place } from "./addressPlaces.ts";
import { anyStyle, segmentsOf, type Role, type Segment, type Style } from "./addressWriting.ts";
import { DISTRICTS } from "./districts.ts";
import * as names from "./streets.ts";
import { mistyped } from "./typing.ts";

/** A text on its way. Parts are written again when the style changes. */
export interface Draft {
  readonly place: Place;
  readonly style: Style;
  readonly segments: readonly Segment[];
}

type Rewriting = (draft: Draft, chance: SeededChance) => Draft;

const inStyle = (draft: Draft, style: Style): Draft => ({
  ...draft,
  style,
  segments: segmentsOf(draft.place, style),
});

type Roles = ReadonlySet<string>;
const AREA: Roles = new Set<Role>(["village", "district", "city", "province", "postal"]);
const STREET: Roles = new Set<Role>(["road", "km", "lane", "hamlet", "number"]);

/** Whether a part may be missing at an end of the text; a street or an estate remains. */
function mayBeCut(role: Segment["role"], { form }: Place): boolean {
  if (role === "estate") return form === "compound";
  if (role === "rtRw") return form !== "hamlet";
  return role !== "flat" && !STREET.has(role);
}

function cut(draft: Draft, chance: SeededChance): Draft {
  const { segments, place } = draft;
  const isKept = ({ role }: Segment) => !mayBeCut(role, place);
  const [first, last] = [segments.findIndex(isKept), segments.findLastIndex(isKept)];
  const start = chance.fraction() < 0.6 ? chance.below(first + 1) : 0;
  const most = segments.length - 1 - last;
  const end = chance.fraction() < 0.85 ? chance.below(most + 1) : 0;
  return { ...draft, segments: segments.slice(start, segments.length - end) };
}

const WORDS_OF_LISTS: ReadonlySet<string> = new Set(
  [
    ...Object.values(names).flat(),
    ...DISTRICTS.flatMap(({ name, city, villages }) => [name, city, ...villages]),
  ]
    .flatMap((name) => name.split(" "))
    .map((word) => word.toLowerCase()),
);

/** One word of four letters or more is mistyped; in half of the texts it is in the street. */
function typo(draft: Draft, chance: SeededChance): Draft {
  const words = draft.segments.flatMap(({ text, role }, segment) =>
    [...text.matchAll(/(?<![\p{L}\d])\p{L}{4,}(?![\p{L}\d])/gu)].map((match) => {
      return { segment, at: match.index, word: match[0], isArea: AREA.has(role) };
    }),
  );
  const near = words.filter(({ isArea }) => !isArea);
  const list = near.length > 0 && chance.fraction() < 0.5 ? near : words;
  if (list.length === 0) return draft;
  const { segment, at, word } = chance.pick(list);
  const other = mistyped(word, (one) => WORDS_OF_LISTS.has(one.toLowerCase()), chance);
  const segments = draft.segments.map((one, index) =>
    index === segment
      ? { ...one, text: one.text.slice(0, at) + other + one.text.slice(at + word.length) }
      : one,
  );
  return { ...draft, segments };
}

/** Parts with these roles first, or last. */
const moved = (segments: readonly Segment[], roles: Roles, isFirst: boolean): Segment[] => {
  const [those, others] = [
    segments.filter(({ role }) => roles.has(role)),
    segments.filter(({ role }) => !roles.has(role)),
  ];
  return isFirst ? [...those, ...others] : [...others, ...those];
};

/** "No. 12 Jl. Melati", "Gg. II Jl. Melati". */
function beforeTheRoad(segments: readonly Segment[], role: Role): Segment[] {
  const others = segments.filter((one) => one.role !== role);
  const road = Math.max(
    0,
    others.findIndex((one) => STREET.has(one.role)),
  );
  return others.toSpliced(road, 0, ...segments.filter((one) => one.role === role));
}

const only = (...roles: Role[]): Roles => new Set(roles);

const ORDERS: readonly ((segments: readonly Segment[], chance: SeededChance) => Segment[])[] = [
  (segments) => moved(segments, AREA, true),
  (segments) => moved(moved(segments, AREA, true).toReversed(), STREET, false),
  (segments) => moved(segments, only("rtRw"), true),
  (segments) => moved(segments, only("rtRw"), false),
  (segments) => beforeTheRoad(segments, "number"),
  (segments) => beforeTheRoad(segments, "lane"),
  (segments) => moved(segments, only("city"), true),
  (segments) => moved(segments, only("postal"), true),
  (segments) => moved(moved(segments, STREET, true), only("house", "estate", "flat"), false),
  (segments, chance) => {
    const area = chance.shuffled(segments.filter(({ role }) => AREA.has(role)));
    return [...segments.filter(({ role }) => !AREA.has(role)), ...area];
  },
];

function note(draft: Draft, chance: SeededChance): Draft {
  const count = chance.fraction() < 0.3 ? 2 : 1;
  const said = chance.shuffled(names.NOTES).slice(0, count).join(", ");
  const text = chance.fraction() < 0.35 ? `(${said})` : said;
  const { segments } = draft;
  const middle = segments.findLastIndex(({ role }) => STREET.has(role) || role === "estate") + 1;
  const at = chance.pick([segments.length, segments.length, segments.length, middle, 0]);
  const noted: Segment = { role: "note", text };
  return { ...draft, segments: [...segments.slice(0, at), noted, ...segments.slice(at)] };
}

/** In the order in which they are done if several are; the first two write the parts again. */
export const REWRITINGS = {
  spelling: (draft, chance) => inStyle(draft, anyStyle(chance, draft.style)),
  roman: (draft) => inStyle(draft, { ...draft.style, isRoman: !draft.style.isRoman }),
  cut,
  order: (draft, chance) => ({ ...draft, segments: chance.pick(ORDERS)(draft.segments, chance) }),
  typo,
  note,
} as const satisfies Record<string, Rewriting>;

export type RewritingKind = keyof typeof REWRITINGS;
