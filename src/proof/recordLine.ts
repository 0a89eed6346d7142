/*
 * The format of a record's lines. Strict: anybody may have written a record, and everything in it
 * must be checked. A tier of 257 would have the leaf of tier 1, since a leaf stores it in one byte;
 * so it must not be accepted as 257.
 */

import { MOVEMENTS } from "../sale/stock.ts";
import { LONGEST_CHAIN } from "../sale/window.ts";

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === "string";
const flag: Check = (value) => typeof value === "boolean";
const anything: Check = () => true;
const whole =
  (least: number, most = Number.MAX_SAFE_INTEGER): Check =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
const matching =
  (form: RegExp): Check =>
  (value) =>
    typeof value === "string" && form.test(value);
const exactly =
  (wanted: string): Check =>
  (value) =>
    value === wanted;
const either =
  (...checks: readonly Check[]): Check =>
  (value) =>
    checks.some((check) => check(value));
const list =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const row =
  (...cells: readonly Check[]): Check =>
  (value) =>
    Array.isArray(value) &&
    value.length === cells.length &&
    cells.every((check, index) => check(value[index]));

/** An object with exactly these members; those of `more` are optional. */
const object =
  (members: Readonly<Record<string, Check>>, more: Readonly<Record<string, Check>> = {}): Check =>
  (value) =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(members).every((name) => Object.hasOwn(value, name)) &&
    Object.entries(value).every(([name, member]) => {
      const check = Object.hasOwn(members, name)
        ? members[name]
        : Object.hasOwn(more, name)
          ? more[name]
          : undefined;
      return check?.(member) ?? false;
    });

const digest = matching(/^[0-9a-f]{64}$/);
const entryId = matching(/^[0-9a-f]{32}$/);
const number = whole(1, 65_535);
const count = whole(0);
const place = { channelNo: number, variantNo: number };

const CHECKS = {
  head: object({
    kind: exactly("head"),
    format: text,
    sale: text,
    roundNo: number,
    mode: text,
    definitionDigest: digest,
    definition: anything,
    chainAnchor: digest,
    chainLength: whole(1, LONGEST_CHAIN),
    // Compared with the announced one, whatever its format.
    beacon: either(exactly("off"), (value) => typeof value === "object" && value !== null),
    stock: list(object({ ...place, allotted: count })),
    finished: flag,
  }),
  window: object(
    {
      kind: exactly("window"),
      windowNo: whole(0, LONGEST_CHAIN),
      entryCount: count,
      root: digest,
      secret: digest,
      beacon: either(exactly(""), digest),
      seed: digest,
      afterMovementNo: count,
    },
    {
      group: object({
        fromWindowNo: whole(0, LONGEST_CHAIN),
        crowded: list(row(whole(0, LONGEST_CHAIN), count, count)),
      }),
      beaconRound: object({
        rootFixedAtMs: count,
        beaconRoundNo: whole(1),
        signature: matching(/^([0-9a-f]{2})+$/),
      }),
    },
  ),
  e: either(
    row(exactly("e"), entryId, whole(0, 255), number, matching(/^\d+(\.\d+)*$/), count),
    row(exactly("e"), entryId, whole(0, 255), number, matching(/^\d+(\.\d+)*$/), count, entryId),
  ),
  l: row(exactly("l"), entryId),
  a: row(exactly("a"), entryId, count),
  m: row(
    exactly("m"),
    whole(1),
    (reason) => typeof reason === "string" && Object.hasOwn(MOVEMENTS, reason),
    number,
    number,
    either(entryId, (id) => id === null),
    whole(1),
  ),
  end: object({
    kind: exactly("end"),
    lineCount: count,
    stock: list(
      object({
        ...place,
        allotted: count,
        free: count,
        offered: count,
        ordered: count,
        sold: count,
        held: count,
        returned: count,
      }),
    ),
  }),
};

export type LineKind = keyof typeof CHECKS;

/** The kind of a line; null if the value is no valid line. */
export function lineKindOf(value: unknown): LineKind | null {
  const name: unknown = Array.isArray(value)
    ? value[0]
    : (value as { readonly kind?: unknown } | null)?.kind;
  if (typeof name !== "string" || !Object.hasOwn(CHECKS, name)) return null;
  const kind = name as LineKind;
  return CHECKS[kind](value) ? kind : null;
}
