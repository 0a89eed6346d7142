/*
 * `giliran link`: finds the rows of any table that are one person or place, without labelled data,
 * and explains a pair by its weights.
 */

import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { stringify } from "csv-stringify/sync";
import { z } from "zod";
import { must } from "../base/assert.ts";
import { SeededChance } from "../crowd/chance.ts";
import { entityIds, memberKeys, rowKey } from "../integrity/link/entityIds.ts";
import { chanceBits, linkTable, type LinkedTable } from "../integrity/link/linkTable.ts";
import { readLinkRows, type LinkRows } from "../integrity/io/linkRows.ts";
import { readPrevious } from "../integrity/io/readPrevious.ts";
import { TableFileError } from "../integrity/io/tableFileError.ts";
import { readJson, refusedFile } from "./auditCommand.ts";
import { EXIT, type Register } from "./command.ts";
import { count, counted, table as textTable, type Output } from "./output.ts";

const mapSchema = z.strictObject({
  /** The column with each row's id; without it the row's number. */
  id: z.string().optional(),
  fields: z
    .array(
      z.strictObject({
        /** A column, or several that are joined. */
        column: z.union([z.string(), z.array(z.string()).min(1)]),
        kind: z.enum(["phone", "email", "name", "text", "date", "number", "address", "exact"]),
        group: z.string().optional(),
      }),
    )
    .min(1),
});

interface LinkOptions {
  readonly positional: readonly [readonly string[]];
  readonly map: string;
  readonly two?: boolean;
  readonly source?: string;
  readonly previous?: string;
  readonly out: string;
  readonly threshold?: string;
  readonly pairs?: string;
  readonly explain?: readonly string[];
}

/** The rows with two ids; of two tables with one id in both, the first is the first table's. */
function rowsNamed({ ids, sourceOf }: LinkRows, pair: readonly string[]): [number, number] {
  const [first = [], second = []] = pair.map((id) =>
    Array.from(ids.keys()).filter((row) => ids[row] === id),
  );
  const missing = first.length === 0 ? pair[0] : second.length === 0 ? pair[1] : undefined;
  if (missing !== undefined) throw new TableFileError(`There is no row ${missing}.`);
  const inTable = (rows: readonly number[], table: number) =>
    rows.find((row) => sourceOf[row] === table);
  const [a, b] = [inTable(first, 0), inTable(second, 1)];
  if (a !== undefined && b !== undefined) return [a, b];
  return [must(first[0], "a row that was found"), must(second[0], "a row that was found")];
}

/** Prints the weights by which two rows are one entity or two. */
function explain(
  output: { say(line?: string): void },
  linked: ReturnType<typeof linkTable>,
  rows: LinkRows,
  pair: readonly string[],
): number {
  const [a, b] = rowsNamed(rows, pair);
  const steps = linked.waterfall(a, b);
  const hasHomes = linked.model.home !== undefined;
  const lines = steps.map((step) => [
    step.field,
    step.level < 0
      ? "not given"
      : step.level === step.top
        ? "the same"
        : `level ${step.level} of ${step.top}`,
    step.bits.toFixed(2),
    ...(hasHomes ? [step.homeBits.toFixed(2)] : []),
  ]);
  const heads = ["field", "how alike", "bits", ...(hasHomes ? ["bits, one home"] : [])];
  output.say(textTable(heads, lines));
  output.say(`${"before anything is known".padEnd(28)} ${linked.priorBits.toFixed(2)}`);
  output.say(`${"together (one cause once)".padEnd(28)} ${linked.evidence(a, b).toFixed(2)}`);
  output.say(linked.entityOf[a] === linked.entityOf[b] ? "One entity." : "Two entities.");
  return EXIT.done;
}

const NOTHING_SAID =
  "No row says anything in the columns that the map names, as they are read: a phone that is no phone and a masked name are not given. " +
  "There is nothing by which rows could meet. Name a column that is filled in, or another kind for it.";
const NOTHING_COMPARED =
  "NOTE: no two rows have a value in common in any of these columns, so that none were compared.";

/** The bits from which on two rows are a link; throws a sentence where the chance is none. */
function bitsOf(threshold: string | undefined): number | undefined {
  if (threshold === undefined) return undefined;
  const chance = Number(threshold);
  if (!(chance >= 0.5 && chance < 1)) {
    throw new TableFileError(`--threshold wants a chance from 0.5 to below 1, not ${threshold}.`);
  }
  return chanceBits(chance);
}

/** Ids of the last run by row; none without a file. Rows whose own ids cannot be told apart are refused. */
async function previousIds(
  path: string | undefined,
  rows: LinkRows,
): Promise<ReadonlyMap<string, string>> {
  if (path === undefined) return new Map();
  const { ids, sources, placeOf } = rows;
  const rowOf = new Map<string, number>();
  memberKeys(rows).forEach((key, row) => {
    const id = must(ids[row], "an id of each row");
    if (id === "")
      throw new TableFileError(`${placeOf(row)}: --previous wants an id for each row.`);
    const before = rowOf.get(key);
    if (before !== undefined)
      throw new TableFileError(`${placeOf(row)}: the id ${id} is that of ${placeOf(before)}, too.`);
    rowOf.set(key, row);
  });
  const member = sources.length > 1 ? (["row_id", "source"] as const) : (["row_id"] as const);
  return await readPrevious(path, { member, id: "entity_id" }, ([id = "", source = ""]) =>
    rowKey(source, id),
  );
}

/** How many rows of the last run are here again: of none, another file was meant. */
function sayKept(output: Output, rows: LinkRows, previous: ReadonlyMap<string, string>): void {
  const here = memberKeys(rows).filter((key) => previous.has(key)).length;
  const said = `${count(here)} of ${counted(previous.size, "row")} of the last run are in these files`;
  if (here > 0) output.say(`${said}; their entities keep their ids.`);
  else output.trouble(`${said}: every entity has a new id. Is it the file of this table?`);
}

/** Writes each row's entity, and the links. Rows of several files are told with their file. */
async function writeLinked(
  { out, pairs }: LinkOptions,
  rows: LinkRows,
  linked: LinkedTable,
  previous: ReadonlyMap<string, string>,
): Promise<void> {
  const { ids, sources, sourceOf } = rows;
  const entities = entityIds(rows, linked.entityOf, previous);
  const several = sources.length > 1;
  const lines = ids.map((id, row) => {
    const line = [id, must(entities[row], "an entity for each row")];
    return several ? [...line, must(sources[sourceOf[row] ?? 0], "a name of each table")] : line;
  });
  const head = ["row_id", "entity_id"];
  await writeFile(out, stringify([several ? [...head, "source"] : head, ...lines]));
  if (pairs === undefined) return;
  const written = linked.links.map(({ a, b, bits }) => {
    const inOrder = (sourceOf[a] ?? 0) <= (sourceOf[b] ?? 0) ? [a, b] : [b, a];
    return [...inOrder.map((row) => must(ids[row], "an id for each row")), bits.toFixed(3)];
  });
  await writeFile(pairs, stringify([["row_a", "row_b", "bits"], ...written]));
}

const NO_ID =
  "--previous keeps ids by the rows' own ids, and the map names no id column: row numbers change from file to file.";

export function addLink(program: Command, register: Register): void {
  const command = program
    .command("link")
    .argument("<files...>", "tables of persons or places: CSV, XLSX or Parquet")
    .description("find the rows of one person or place in any table, without labels")
    .requiredOption("--map <file>", "which columns to compare, and how")
    .requiredOption("--out <file>", "row ids and their entities, as CSV")
    .option("--two", "two files that each know nobody twice: one partner in the other for each row")
    .option(
      "--source <column>",
      "the same in one file, with a column that names the table of each row",
    )
    .option("--previous <file>", "entities of the last run, whose ids stay where they overlap")
    .option(
      "--threshold <chance>",
      "links from this chance of being one on, 0.5 to 0.9999; by itself 0.9, of two tables 0.5",
    )
    .option("--pairs <file>", "the links with their weights, as CSV")
    .option("--explain <ids...>", "two row ids: why they are one, or are not");
  register<LinkOptions>(command, async ({ output }, options) => {
    const read = mapSchema.safeParse(readJson(options.map));
    if (!read.success) {
      const issues = read.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
      throw refusedFile(options.map, issues);
    }
    const { id, fields } = read.data;
    const leastBits = bitsOf(options.threshold);
    if (options.previous !== undefined && id === undefined) throw new TableFileError(NO_ID);
    const isTwo = options.two === true || options.source !== undefined;
    const rows = await readLinkRows(options.positional[0], {
      id,
      columns: fields.flatMap((field) => field.column),
      isTwo,
      source: options.source,
    });
    const previous = await previousIds(options.previous, rows);
    for (const one of rows.doubts) output.say(`DOUBT: ${one.en}`);
    output.progress(`${count(rows.ids.length)} rows read; linking`);
    const chance = new SeededChance(1);
    const linked = linkTable(fields, rows.cellsOf, () => chance.fraction(), {
      leastBits,
      ids: rows.ids,
      sourceOf: isTwo ? rows.sourceOf : undefined,
    });
    if (linked.saysNothing) throw new TableFileError(NOTHING_SAID);
    if (linked.comparedCount === 0) output.say(NOTHING_COMPARED);
    await writeLinked(options, rows, linked, previous);
    if (options.previous !== undefined) sayKept(output, rows, previous);
    const entities = new Set(linked.entityOf).size;
    const [rowCount, links] = [rows.ids.length, linked.links.length];
    output.endProgress();
    output.say(
      `${count(rowCount)} rows, ${count(entities)} entities, ${count(links)} links. Written: ${options.out}`,
    );
    output.result({ rows: rowCount, entities, links });
    if (options.explain === undefined) return EXIT.done;
    if (options.explain.length !== 2) throw new TableFileError("--explain wants two row ids.");
    return explain(output, linked, rows, options.explain);
  });
}
