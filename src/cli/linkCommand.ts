/*
 * `giliran link`: finds the rows of any table that are one person or place, without labelled data,
 * and explains a pair by its weights.
 */

import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { stringify } from "csv-stringify/sync";
import { z } from "zod";
import { must } from "../base/assert.ts";
import type { Text } from "../base/language.ts";
import { SeededChance } from "../crowd/chance.ts";
import { linkTable, waterfall } from "../integrity/link/linkTable.ts";
import type { LinkColumn } from "../integrity/link/tableFields.ts";
import { readNamedRows } from "../integrity/io/namedRows.ts";
import { TableFileError } from "../integrity/io/tableFileError.ts";
import {
  isShortened,
  isSpreadsheetError,
  withoutDotZero,
} from "../integrity/table/numberDamage.ts";
import { readJson, refusedFile } from "./auditCommand.ts";
import { EXIT, type Register } from "./command.ts";
import { count, table as textTable } from "./output.ts";

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
  readonly positional: readonly [string];
  readonly map: string;
  readonly out: string;
  readonly threshold: string;
  readonly pairs?: string;
  readonly explain?: readonly string[];
}

interface Cells {
  /** Doubts about how its text was read. */
  readonly doubts: readonly Text[];
  readonly ids: readonly string[];
  readonly cellsOf: (column: string) => readonly string[];
}

/** Reads a table's ids and columns; throws a sentence that names missing columns. */
async function readCells(
  path: string,
  idColumn: string | undefined,
  fields: readonly LinkColumn[],
): Promise<Cells> {
  const wanted = [
    ...(idColumn === undefined ? [] : [idColumn]),
    ...fields.flatMap((field) => field.column),
  ];
  const { doubts, rowNos, column } = await readNamedRows(path, wanted);
  const cellsOf = (header: string) => must(column(header), "a column that was asked for");
  return {
    doubts,
    ids: idColumn === undefined ? rowNos.map((_, at) => String(at + 1)) : cellsOf(idColumn),
    cellsOf: (header) => cellsOf(header).map(wholeCell),
  };
}

/** A cell that a spreadsheet has damaged says nothing: strangers share what is left of it. */
function wholeCell(cell: string): string {
  if (isShortened(cell) || isSpreadsheetError(cell)) return "";
  return withoutDotZero(cell) ?? cell;
}

/** Prints the weights by which two rows are one entity or two. */
function explain(
  output: { say(line?: string): void },
  linked: ReturnType<typeof linkTable>,
  cells: Cells,
  pair: readonly string[],
): number {
  const [a, b] = pair.map((id) => cells.ids.indexOf(id)) as [number, number];
  if (a < 0 || b < 0) throw new TableFileError(`There is no row ${pair[a < 0 ? 0 : 1]}.`);
  const steps = waterfall(linked.linker, a, b);
  const rows = steps.map((step) => [
    step.field,
    step.level < 0
      ? "not given"
      : step.level === step.top
        ? "the same"
        : `level ${step.level} of ${step.top}`,
    step.bits.toFixed(2),
  ]);
  output.say(textTable(["field", "how alike", "bits"], rows));
  output.say(`${"before anything is known".padEnd(28)} ${linked.linker.priorBits.toFixed(2)}`);
  output.say(
    `${"together (one cause once)".padEnd(28)} ${linked.linker.evidence(a, b).toFixed(2)}`,
  );
  output.say(linked.entityOf[a] === linked.entityOf[b] ? "One entity." : "Two entities.");
  return EXIT.done;
}

const NOTHING_SAID =
  "No row says anything in the columns that the map names, as they are read: a phone that is no phone and a masked name are not given. " +
  "There is nothing by which rows could meet. Name a column that is filled in, or another kind for it.";
const NOTHING_COMPARED =
  "NOTE: no two rows have a value in common in any of these columns, so that none were compared.";

/** A chance as bits of odds; throws a sentence where it is none. */
function bitsOf(threshold: string): number {
  const chance = Number(threshold);
  if (!(chance >= 0.5 && chance < 1)) {
    throw new TableFileError(`--threshold wants a chance from 0.5 to below 1, not ${threshold}.`);
  }
  return Math.log2(chance / (1 - chance));
}

export function addLink(program: Command, register: Register): void {
  const command = program
    .command("link")
    .argument("<file>", "a table of persons or places: CSV, XLSX or Parquet")
    .description("find the rows of one person or place in any table, without labels")
    .requiredOption("--map <file>", "which columns to compare, and how")
    .requiredOption("--out <file>", "row ids and their entities, as CSV")
    .option("--threshold <chance>", "links from this chance of being one on, 0.5 to 0.9999", "0.5")
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
    const cells = await readCells(options.positional[0], id, fields);
    for (const one of cells.doubts) output.say(`DOUBT: ${one.en}`);
    output.progress(`${count(cells.ids.length)} rows read; linking`);
    const chance = new SeededChance(1);
    const linked = linkTable(fields, cells.cellsOf, () => chance.fraction(), {
      leastBits,
    });
    if (linked.saysNothing) throw new TableFileError(NOTHING_SAID);
    if (linked.comparedCount === 0) output.say(NOTHING_COMPARED);
    const idOf = (row: number) => must(cells.ids[row], "an id for each row");
    const lines = cells.ids.map((row, index) => [
      row,
      idOf(must(linked.entityOf[index], "an entity for each row")),
    ]);
    await writeFile(options.out, stringify([["row_id", "entity_id"], ...lines]));
    if (options.pairs !== undefined) {
      const pairs = linked.links.map((link) => [idOf(link.a), idOf(link.b), link.bits.toFixed(3)]);
      await writeFile(options.pairs, stringify([["row_a", "row_b", "bits"], ...pairs]));
    }
    const entities = new Set(linked.entityOf).size;
    output.endProgress();
    output.say(
      `${count(cells.ids.length)} rows, ${count(entities)} entities, ${count(linked.links.length)} links. Written: ${options.out}`,
    );
    output.result({ rows: cells.ids.length, entities, links: linked.links.length });
    if (options.explain === undefined) return EXIT.done;
    if (options.explain.length !== 2) throw new TableFileError("--explain wants two row ids.");
    return explain(output, linked, cells, options.explain);
  });
}
