/*
 * Names of persons and cases that anybody can compute again: digests of their members. A number would depend on the
 * order of rows, and would be somebody else's in the next file.
 */

import { must } from "../base/assert.ts";
import { wholeAt } from "../base/at.ts";
import { toHex } from "../base/bytes.ts";
import { sha256, utf8 } from "../base/hash.ts";
import { byLetters } from "../base/canonical.ts";
import { nameAt } from "./canonical.ts";
import type { OrderTable } from "./table/orders.ts";

/** Sixteen hexadecimal digits: of a million persons no two are likely to have one name. */
const DIGITS = 16;

/** The SHA-256 of the members' [channel, order id], each as JSON on a line of its own, sorted by their code units. */
function digestOf(table: OrderTable, rows: Iterable<number>): string {
  const names = Array.from(rows, (row) => {
    const { channel, orderId } = nameAt(table, row);
    return JSON.stringify([channel, orderId]);
  });
  return toHex(sha256(utf8(names.sort(byLetters).join("\n")))).slice(0, DIGITS);
}

/** The name of a case of these orders. */
export const caseIdOf = (table: OrderTable, rows: Iterable<number>): string =>
  `case-${digestOf(table, rows)}`;

/** The names of the persons and cases of a result, each computed once, when it is asked for. */
export class MemberIds {
  readonly #table: OrderTable;
  readonly #personOf: Int32Array;
  readonly #cases: readonly { readonly rows: Int32Array }[];
  readonly #persons = new Map<number, string>();
  readonly #caseIds: string[] = [];
  /** Rows of persons with several orders; made when the first name is asked for. */
  #rowsOf: Map<number, number[]> | null = null;

  constructor(
    table: OrderTable,
    result: {
      readonly personOf: Int32Array;
      readonly cases: readonly { readonly rows: Int32Array }[];
    },
  ) {
    this.#table = table;
    this.#personOf = result.personOf;
    this.#cases = result.cases;
  }

  /** The name of a row's person. */
  person(row: number): string {
    const person = wholeAt(this.#personOf, row);
    const known = this.#persons.get(person);
    if (known !== undefined) return known;
    this.#rowsOf ??= this.#severalOrders();
    const id = `person-${digestOf(this.#table, this.#rowsOf.get(person) ?? [row])}`;
    this.#persons.set(person, id);
    return id;
  }

  /** The name of a case; "" for none. */
  case(caseNo: number): string {
    if (caseNo < 0) return "";
    const { rows } = must(this.#cases[caseNo], "a case of each number");
    return (this.#caseIds[caseNo] ??= caseIdOf(this.#table, rows));
  }

  #severalOrders(): Map<number, number[]> {
    const rowsOf = new Map<number, number[]>();
    this.#personOf.forEach((person, row) => {
      if (person === row) return;
      const rows = rowsOf.get(person);
      if (rows) rows.push(row);
      else rowsOf.set(person, [person, row]);
    });
    return rowsOf;
  }
}
