/*
 * By which values rows of any table are found and compared. Two rows that no key brings together are never one, so a value with a
 * typing error, or one that half of the table has, must not be the only way to meet.
 */

import { wholeAt } from "../../base/at.ts";
import { Dictionary, PairNumbers } from "../table/numbering.ts";
import { FULL_BLOCK, type BlockingKey } from "./block.ts";
import type { LinkField } from "./link.ts";

/** A key, and the fields that rows with the same key agree on. */
export interface TableKey extends BlockingKey {
  readonly fields: readonly string[];
}

/** Letters that stand in front of most typing errors, and that few names share. */
const PREFIX = 3;

/** The place of each row's address, however it is written. */
function placesOf({ column, places }: LinkField): Int32Array {
  const placeOf = column.values.map((_, address) => Number(places?.placeOf(address) ?? -1));
  return column.valueOf.map((value) => (value < 0 ? -1 : (placeOf[value] ?? -1)));
}

/** Rows with one value of one field. */
export const singleKeys = (fields: readonly LinkField[]): TableKey[] =>
  fields.map((field) => ({
    name: field.name,
    keyOf: field.kind === "address" ? placesOf(field) : field.column.valueOf,
    fields: [field.name],
  }));

const both = (a: Int32Array, b: Int32Array): Int32Array => {
  const numbers = new PairNumbers();
  return a.map((one, row) => {
    const other = wholeAt(b, row);
    return one < 0 || other < 0 ? -1 : numbers.number(one, other);
  });
};

/** A text of each value as the key of its rows; null is none. */
function keyOfText({ column }: LinkField, textOf: (value: string) => string | null): Int32Array {
  const dictionary = new Dictionary();
  const keys = column.values.map((value) => {
    const text = textOf(value);
    return text === null ? -1 : dictionary.number(text);
  });
  return column.valueOf.map((value) => (value < 0 ? -1 : (keys[value] ?? -1)));
}

/** The names of each row in any order, made shorter; -1 where it has none. */
function namesKey(names: readonly LinkField[], short: (name: string) => string): Int32Array {
  const dictionary = new Dictionary();
  const [first] = names;
  return (first?.column.valueOf ?? new Int32Array()).map((_, row) => {
    const parts = names.flatMap(({ column }) => {
      const value = wholeAt(column.valueOf, row);
      return value < 0 ? [] : [short(column.values[value] ?? "")];
    });
    return parts.length === 0 ? -1 : dictionary.number(parts.sort().join(" "));
  });
}

/** Rough forms of a value, of which one slip of the hand leaves one; of common values also the whole. */
function roughKeys(field: LinkField): Int32Array[] {
  const { kind, column } = field;
  switch (kind) {
    case "date": {
      const day = (date: string) => /^(\d{4})-(\d\d)-(\d\d)$/.exec(date);
      const [month, birthday] = [
        (date: string) => day(date)?.slice(1, 3).join("-") ?? null,
        (date: string) => day(date)?.slice(2).join("-") ?? null,
      ];
      return [keyOfText(field, month), keyOfText(field, birthday)];
    }
    case "exact":
    case "text":
    case "number":
      // Rows with a rarer value all meet by the value alone.
      return [
        column.valueOf.map((value) =>
          value >= 0 && wholeAt(column.counts, value) > FULL_BLOCK ? value : -1,
        ),
      ];
    case "name":
    case "phone":
    case "email":
    case "address":
      return [];
  }
}

/**
 * Rows by names and something beside them: first letters of all names, in any order, with a part of a date or with a common value
 * such as a town; and both names in any order.
 */
export function compositeKeys(fields: readonly LinkField[]): TableKey[] {
  const names = fields.filter(({ kind }) => kind === "name");
  if (names.length === 0) return [];
  const named = names.map(({ name }) => name);
  const prefixes = namesKey(names, (name) => name.slice(0, PREFIX));
  const others = fields.flatMap((field) =>
    roughKeys(field).map((keyOf) => ({
      name: `names + ${field.name}`,
      keyOf: both(prefixes, keyOf),
      fields: [...named, field.name],
    })),
  );
  const whole = { name: "names", keyOf: namesKey(names, (name) => name), fields: named };
  return names.length > 1 ? [whole, ...others] : others;
}
