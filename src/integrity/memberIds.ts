/*
 * Names of persons and cases that anybody can compute again: digests of their members. A number would depend on the
 * order of rows, and would be somebody else's in the next file.
 */

import { must } from "../base/assert.ts";
import { wholeAt } from "../base/at.ts";
import { toHex } from "../base/bytes.ts";
import { sha256, utf8 } from "../base/hash.ts";
import { byLetters } from "../base/canonical.ts";
import { nameAt, type OrderName } from "./canonical.ts";
import { steadyIds } from "./link/steadyIds.ts";
import type { OrderTable } from "./table/orders.ts";

/** Sixteen hexadecimal digits: of a million persons no two are likely to have one name. */
const DIGITS = 16;

/** An order's name in one text: its [channel, order id] as JSON. */
export const memberName = ({ channel, orderId }: OrderName): string =>
  JSON.stringify([channel, orderId]);

/** The SHA-256 of the members' [channel, order id], each as JSON on a line of its own, sorted by their code units. */
function digestOf(table: OrderTable, rows: Iterable<number>): string {
  const names = Array.from(rows, (row) => memberName(nameAt(table, row)));
  return toHex(sha256(utf8(names.sort(byLetters).join("\n")))).slice(0, DIGITS);
}

/** The name of a case of these orders. */
export const caseIdOf = (table: OrderTable, rows: Iterable<number>): string =>
  `case-${digestOf(table, rows)}`;

/** The person of each order in the last run, by `memberName`. */
export type PreviousPersons = ReadonlyMap<string, string>;

/**
 * The names of the persons and cases of a result, each computed once, when it is asked for. With the persons of the
 * last run, by order, persons keep their names where they overlap.
 */
export class MemberIds {
  readonly #table: OrderTable;
  readonly #personOf: Int32Array;
  readonly #cases: readonly { readonly rows: Int32Array }[];
  readonly #persons = new Map<number, string>();
  readonly #caseIds: string[] = [];
  /** Rows of persons with several orders; made when the first name is asked for. */
  #rowsOf: Map<number, number[]> | null = null;
  readonly #previous: PreviousPersons;
  #isKept = false;

  constructor(
    table: OrderTable,
    result: {
      readonly personOf: Int32Array;
      readonly cases: readonly { readonly rows: Int32Array }[];
    },
    previous: PreviousPersons = new Map(),
  ) {
    this.#table = table;
    this.#previous = previous;
    this.#personOf = result.personOf;
    this.#cases = result.cases;
  }

  /** The name of a row's person. */
  person(row: number): string {
    if (this.#previous.size > 0 && !this.#isKept) this.#keep();
    const person = wholeAt(this.#personOf, row);
    const known = this.#persons.get(person);
    if (known !== undefined) return known;
    const id = this.#ownName(person);
    this.#persons.set(person, id);
    return id;
  }

  #ownName(person: number): string {
    return `person-${digestOf(this.#table, this.#rowsOfPerson(person))}`;
  }

  #rowsOfPerson(person: number): readonly number[] {
    this.#rowsOf ??= this.#severalOrders();
    return this.#rowsOf.get(person) ?? [person];
  }

  /** Gives all persons their names at once: who keeps one decides what is left for others. */
  #keep(): void {
    const persons = [...new Set(this.#personOf)];
    const groups = persons.map((person) => ({
      name: this.#ownName(person),
      members: this.#rowsOfPerson(person).map((row) => memberName(nameAt(this.#table, row))),
    }));
    const ids = steadyIds(groups, this.#previous);
    persons.forEach((person, at) => {
      this.#persons.set(person, must(ids[at], "a name of each person"));
    });
    this.#isKept = true;
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
