/* Facts about a group of orders, for signals. Each question is answered from the table when it is asked. */

import { must } from "../base/assert.ts";
import type { GroupFacts } from "./evidence/signal.ts";
import type { OrderTable, TextColumn } from "./table/orders.ts";

interface Variety {
  readonly known: number;
  readonly distinct: number;
}

/** A group, seen by the first order of each of its accounts. */
export class FactsOfGroup implements GroupFacts {
  readonly byPlaces: boolean;
  readonly #table: OrderTable;
  readonly #firsts: Int32Array;
  readonly #varieties = new Map<TextColumn, Variety>();

  constructor(table: OrderTable, firsts: Int32Array, byPlaces: boolean) {
    this.#table = table;
    this.#firsts = firsts;
    this.byPlaces = byPlaces;
  }

  get accounts(): number {
    return this.#firsts.length;
  }

  /** Several signals ask about one column, so it is counted once. */
  distinct(name: TextColumn): Variety {
    const counted = this.#varieties.get(name);
    if (counted) return counted;
    const { valueOf } = this.#table.columns[name];
    const seen = new Set<number>();
    let known = 0;
    for (const row of this.#firsts) {
      const value = must(valueOf[row], "a value of each row");
      if (value < 0) continue;
      known++;
      seen.add(value);
    }
    const variety = { known, distinct: seen.size };
    this.#varieties.set(name, variety);
    return variety;
  }

  mailForms(): number[] {
    const { email, emailTemplate } = this.#table.columns;
    const formOf = new Map<number, number>();
    for (const row of this.#firsts) {
      const mail = must(email.valueOf[row], "a mail box of each row");
      if (mail >= 0) formOf.set(mail, must(emailTemplate.valueOf[row], "a form of each row"));
    }
    return [...formOf.values()];
  }

  shareOfMailForm(form: number): number {
    const { counts } = this.#table.columns.emailTemplate;
    return must(counts[form], "a count of each form") / Math.max(1, this.#table.eventCount);
  }
}
