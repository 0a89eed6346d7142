/*
 * SQL statements as tagged templates. Every inserted value travels as a parameter; only other
 * statements and names become part of the text; `unsafe` alone runs a text as it stands. A statement
 * runs when it is awaited; one that is never awaited can be a fragment of another. Rows come with
 * names in camel case: `sale_no` is `saleNo`.
 */

/** Values that a statement accepts. */
export type SqlValue =
  | string
  | number
  | boolean
  | null
  | Date
  | Uint8Array
  | readonly (string | number | boolean | null)[]
  | Json
  | Name
  | Statement<readonly unknown[]>;

/** A table or column known only at run time. */
export class Name {
  readonly text: string;

  constructor(name: string) {
    this.text = `"${name.replaceAll('"', '""')}"`;
  }
}

/** A value sent as JSON. */
export class Json {
  readonly json: string;

  constructor(value: unknown) {
    this.json = JSON.stringify(value);
  }
}

/** Rows, and the number of rows that the statement touched or returned. */
export type Rows<T extends readonly unknown[]> = T & { readonly count: number };

/** A statement's text and the values of its parameters $1, $2 …. */
export interface Compiled {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Plan it at each execution, not once per connection. */
  readonly plannedAnew?: boolean;
}

/** Executes compiled statements: a pool, or one connection with a transaction on it. */
export interface Runner {
  run(statement: Compiled): Promise<{ rows: unknown[]; count: number }>;
  /** Yields rows in portions of at most `size`, so memory stays bounded. */
  portions(statement: Compiled, size: number): AsyncIterable<unknown[]>;
}

/** Property names by column name: few, as statements are constants of the source. */
const properties = new Map<string, string>();

/** The property of a column: `sale_no` is `saleNo`. */
function propertyOf(column: string): string {
  let property = properties.get(column);
  if (property === undefined) {
    property = column.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    properties.set(column, property);
  }
  return property;
}

/** Rows as objects, from values in column order; of two columns with one name the last counts. */
export function asRows(
  columns: readonly { readonly name: string }[],
  rows: readonly (readonly unknown[])[],
): Record<string, unknown>[] {
  const names = columns.map(({ name }) => propertyOf(name));
  // Copying a row with all properties is cheaper than adding them one by one.
  let row: Record<string, unknown> = {};
  return rows.map((values) => {
    row = { ...row };
    for (let at = 0; at < names.length; at++) row[names[at] as string] = values[at];
    return row;
  });
}

/** One statement: it runs when awaited, and is a fragment when inserted into another. */
export class Statement<T extends readonly unknown[]> implements PromiseLike<Rows<T>> {
  readonly #runner: Runner;
  readonly #strings: readonly string[];
  readonly #values: readonly SqlValue[];
  #running: Promise<Rows<T>> | null = null;
  #plannedAnew = false;

  constructor(runner: Runner, strings: readonly string[], values: readonly SqlValue[]) {
    this.#runner = runner;
    this.#strings = strings;
    this.#values = values;
  }

  compile(): Compiled {
    const values: unknown[] = [];
    return { text: this.#write(values), values, plannedAnew: this.#plannedAnew };
  }

  #write(values: unknown[]): string {
    let text = this.#strings[0] as string;
    for (const [index, value] of this.#values.entries()) {
      if (value instanceof Statement) text += value.#write(values);
      else if (value instanceof Name) text += value.text;
      else text += parameter(value, values);
      text += this.#strings[index + 1] as string;
    }
    return text;
  }

  async #run(): Promise<Rows<T>> {
    const { rows, count } = await this.#runner.run(this.compile());
    return Object.assign(rows as unknown as T, { count });
  }

  // oxlint-disable-next-line unicorn/no-thenable -- being awaited is what a statement is for
  then<A = Rows<T>, B = never>(
    done?: ((rows: Rows<T>) => A | PromiseLike<A>) | null,
    failed?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#running ??= this.#run();
    return this.#running.then(done, failed);
  }

  /**
   * Plans the statement at each execution, by the current table sizes. For joins with tables that
   * grow from nothing: a plan made while one was small reads all of it from then on. Costs a
   * fraction of a millisecond.
   */
  plannedAnew(): this {
    this.#plannedAnew = true;
    return this;
  }

  /** The rows in portions of at most `size`. */
  portions(size: number): AsyncIterable<T> {
    return this.#runner.portions(
      this.compile(),
      size,
    ) as AsyncIterable<unknown> as AsyncIterable<T>;
  }
}

/** Adds a value to the parameters and returns its placeholder. */
function parameter(value: Exclude<SqlValue, Statement<never> | Name>, values: unknown[]): string {
  if (value === undefined) throw new TypeError("a statement was given undefined");
  if (value instanceof Date) {
    values.push(value.toISOString());
    return `$${values.length}::timestamptz`;
  }
  values.push(value instanceof Json ? value.json : value);
  return typeof value === "boolean" ? `$${values.length}::boolean` : `$${values.length}`;
}

/** A connection or pool as callers use it: sql`select …`. */
export interface Query {
  // oxlint-disable-next-line typescript/no-explicit-any -- the caller says what the rows are
  <T extends readonly any[] = Record<string, unknown>[]>(
    strings: TemplateStringsArray,
    ...values: readonly SqlValue[]
  ): Statement<T>;
  /** A table or column by its name. */
  (name: string): Name;
  json(value: unknown): Json;
  /**
   * Runs a text as it stands, with parameters if it has $1, $2 …; without them it may hold several
   * statements.
   */
  unsafe<T extends readonly unknown[] = Record<string, unknown>[]>(
    text: string,
    values?: readonly unknown[],
  ): Promise<Rows<T>>;
}

export function createQuery(runner: Runner): Query {
  const query = (first: TemplateStringsArray | string, ...values: SqlValue[]) =>
    typeof first === "string" ? new Name(first) : new Statement(runner, first, values);
  return Object.assign(query, {
    json: (value: unknown) => new Json(value),
    unsafe: async (text: string, values: readonly unknown[] = []) => {
      const { rows, count } = await runner.run({ text, values });
      return Object.assign(rows, { count });
    },
  }) as Query;
}
