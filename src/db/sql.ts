/*
 * Statements as tagged templates. Whatever is filled in travels as a parameter; only other statements
 * and names become part of the text. A statement runs when it is awaited, so one that is never awaited
 * is a fragment for another. Rows come with the names that TypeScript has for things: `sale_no` is `saleNo`.
 */

/** What may be filled into a statement. */
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

/** A table or column that is only known at run time. */
export class Name {
  readonly text: string;

  constructor(name: string) {
    this.text = `"${name.replaceAll('"', '""')}"`;
  }
}

/** A value that travels as JSON. */
export class Json {
  readonly json: string;

  constructor(value: unknown) {
    this.json = JSON.stringify(value);
  }
}

/** Rows, and how many the statement touched or returned. */
export type Rows<T extends readonly unknown[]> = T & { readonly count: number };

/** A statement's text and the parameters that its $1, $2 … stand for. */
export interface Compiled {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Planned each time, not once a connection. */
  readonly plannedAnew?: boolean;
}

/** Runs compiled statements: a pool, or one connection with a transaction on it. */
export interface Runner {
  run(statement: Compiled): Promise<{ rows: unknown[]; count: number }>;
  /** Hands out rows in portions of at most `size`, so that memory does not grow with them. */
  portions(statement: Compiled, size: number): AsyncIterable<unknown[]>;
}

/** Names that columns were given, by the columns' own: they are few, as statements are written in the source. */
const properties = new Map<string, string>();

/** What a column is called in a row: `sale_no` is `saleNo`. */
function propertyOf(column: string): string {
  let property = properties.get(column);
  if (property === undefined) {
    property = column.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    properties.set(column, property);
  }
  return property;
}

/** Rows as objects, from the values in the order of the columns; of two columns with one name the last one counts. */
export function asRows(
  columns: readonly { readonly name: string }[],
  rows: readonly (readonly unknown[])[],
): Record<string, unknown>[] {
  const names = columns.map(({ name }) => propertyOf(name));
  // A copy of a row that has all properties is cheaper than one that gets them one by one.
  let row: Record<string, unknown> = {};
  return rows.map((values) => {
    row = { ...row };
    for (let at = 0; at < names.length; at++) row[names[at] as string] = values[at];
    return row;
  });
}

/** One statement: awaited it runs, filled into another it is a part of that. */
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
   * Has it planned each time it runs, by how large the tables are then. For joins with tables that grow from
   * nothing: a plan that was made while one was small reads all of it for ever after. Takes a part of a
   * millisecond more.
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

/** Adds a value to the parameters and returns how the text names it. */
function parameter(value: Exclude<SqlValue, Statement<never> | Name>, values: unknown[]): string {
  if (value === undefined) throw new TypeError("a statement was given undefined");
  if (value instanceof Date) {
    values.push(value.toISOString());
    return `$${values.length}::timestamptz`;
  }
  values.push(value instanceof Json ? value.json : value);
  return typeof value === "boolean" ? `$${values.length}::boolean` : `$${values.length}`;
}

/** A connection or pool as code uses it: sql`select …`. */
export interface Query {
  // oxlint-disable-next-line typescript/no-explicit-any -- the caller says what the rows are
  <T extends readonly any[] = Record<string, unknown>[]>(
    strings: TemplateStringsArray,
    ...values: readonly SqlValue[]
  ): Statement<T>;
  /** A table or column by its name. */
  (name: string): Name;
  json(value: unknown): Json;
  /** Runs a text as it stands, with parameters where it has $1, $2 …; without them it may hold several statements. */
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
