/*
 * `giliran audit`: analyses order exports for rings, offline, and writes decisions, cases and a
 * report. It cancels nothing; without labelled data no error bound can be claimed.
 */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { InvalidArgumentError, type Command } from "commander";
import {
  SHIPPED_THRESHOLDS,
  type AuditOptions as LookOptions,
  type Thresholds,
} from "../integrity/audit.ts";
import { changeCounts } from "../integrity/fit/answers.ts";
import { answeredIn, auditAfter } from "../integrity/io/auditAfter.ts";
import { auditBeside } from "../integrity/io/auditBeside.ts";
import { readColumnMap, type ColumnMap } from "../integrity/table/columnMap.ts";
import { PLACEHOLDER_KINDS } from "../integrity/normalise/placeholders.ts";
import type { JudgedColumn } from "../integrity/values/manyPeoples.ts";
import { readIntegrityPolicy } from "../integrity/policy.ts";
import { summarise, type AuditSummary } from "../integrity/report.ts";
import { automaticRows, certificateOf, clustersOf, PROMISES } from "../integrity/decided.ts";
import { memberName, type PreviousPersons } from "../integrity/memberIds.ts";
import { nameAt } from "../integrity/canonical.ts";
import type { OrderTable } from "../integrity/table/orders.ts";
import { importOrders } from "../integrity/io/importOrders.ts";
import {
  readPreviousAnswers,
  readPreviousPersons,
  type PreviousAnswers,
} from "../integrity/io/readPrevious.ts";
import { readDecided, type DecidedList } from "../integrity/io/readDecided.ts";
import { TableFileError } from "../integrity/io/tableFileError.ts";
import { writeAudit } from "../integrity/io/writeAudit.ts";
import { writeDraw } from "../integrity/io/writeDraw.ts";
import { bestOf, drawClusters, drawText, type DrawSettings } from "../integrity/sample/draw.ts";
import { sayAutomatic, sayBound, sayDraw } from "./boundLines.ts";
import { EXIT, type Register } from "./command.ts";
import { count, counted, table as textTable, type Output } from "./output.ts";
import { reportPage } from "../../web/audit/reportPage.ts";

interface AuditOptions {
  readonly positional: readonly [string[]];
  readonly out: string;
  readonly map?: string;
  readonly policy?: string;
  readonly article?: readonly string[];
  readonly decided?: string;
  readonly draw?: number;
  readonly seed?: string;
  readonly promise?: number;
  readonly previous?: string;
}

/** The number of clusters to draw, from a command line. */
function clusterCountOf(text: string): number {
  const clusterCount = Number(text);
  if (Number.isInteger(clusterCount) && clusterCount > 0) return clusterCount;
  throw new InvalidArgumentError("It wants a whole number of clusters.");
}

/** The share of genuine orders that may be held by themselves, from percent on a command line. */
function promiseOf(text: string): number {
  const alpha = PROMISES.find((share) => 100 * share === Number(text));
  if (alpha !== undefined) return alpha;
  throw new InvalidArgumentError(`It wants ${PROMISES.map((share) => 100 * share).join(", ")}.`);
}

/** Reads a JSON file; throws a sentence for the user. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new TableFileError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

/** The error for a file with issues, one line each. */
export function refusedFile(path: string, issues: readonly string[]): TableFileError {
  return new TableFileError(
    `${path} was refused:\n${issues.map((issue) => `  ${issue}`).join("\n")}`,
  );
}

/** A column map and the folder that its paths start from, or none; throws the map's issues. */
export function mapOptions(path: string | undefined): {
  readonly map?: ColumnMap;
  readonly mapFolder?: string;
} {
  if (path === undefined) return {};
  const read = readColumnMap(readJson(path), "allowed");
  if (read.ok) return { map: read.map, mapFolder: dirname(path) };
  const issues = read.issues.map(({ field, reason }) => `${field || "(the map)"}: ${reason}`);
  throw refusedFile(path, issues);
}

/** Thresholds of a policy file, or the shipped ones. */
export function loadThresholds(path: string | undefined): Thresholds {
  if (path === undefined) return SHIPPED_THRESHOLDS;
  const read = readIntegrityPolicy(readJson(path));
  if (read.ok) return read.thresholds;
  throw refusedFile(path, read.issues);
}

const ONE_THING: Readonly<Record<JudgedColumn, string>> = {
  device: "device",
  payment: "means of payment",
  phone: "person's phone",
  email: "person's mail box",
};

/** How the files were read, and what is doubtful about it. */
function sayReading(output: Output, { files, apart, unsaid, manyPeoples }: AuditSummary): void {
  for (const { file, reading, doubts, apart: standing } of files) {
    for (const one of reading) output.say(`  ${file}: ${one.en}`);
    for (const one of doubts) output.say(`  ${file}: DOUBT: ${one.en}`);
    const { cancelled, unpaid, refunded } = standing;
    if (cancelled + unpaid + refunded === 0) continue;
    output.say(
      `  ${file}: ${count(cancelled)} cancelled, ${count(unpaid)} unpaid and ${count(refunded)} refunded orders stand apart.`,
    );
  }
  const said = PLACEHOLDER_KINDS.filter((kind) => unsaid[kind] > 0);
  for (const kind of said)
    output.say(`  ${kind}: ${count(unsaid[kind])} orders say nothing (taken as not given).`);
  for (const { column, text, accounts, models, towns, networks } of manyPeoples) {
    const seen = [
      models === null ? null : `${count(models)} models of phones`,
      `${count(towns)} areas`,
      networks === null ? null : `${count(networks)} networks`,
    ].filter((one) => one !== null);
    output.say(
      `  ${column}: value ${text} of ${count(accounts)} accounts was seen with ${seen.join(", ")}: ` +
        `not one ${ONE_THING[column]} (taken as not given).`,
    );
  }
  if (apart > 0)
    output.say(`${count(apart)} orders no longer stand; they are listed, and count for nothing.`);
}

function say(output: Output, summary: AuditSummary, folder: string): void {
  const { outcomes } = summary;
  if (summary.fault !== null) {
    output.trouble(
      `A rule failed (${summary.fault}). All orders are held; none was cleared, none cancelled.`,
    );
  }
  output.say("");
  sayReading(output, summary);
  output.say(`\n${count(summary.orders)} orders of about ${count(summary.persons)} people`);
  output.say(
    textTable(
      ["channel", "orders", "to confirm", "held for a person"],
      summary.byChannel.map((line) => [line.channel, line.orders, line.stepUp, line.hold]),
    ),
  );
  output.say(
    `\n${count(summary.cases)} cases; ${count(outcomes.hold)} orders held until a person has looked, ` +
      `${count(outcomes.step_up)} asked to confirm, ${count(outcomes.accept)} accepted.`,
  );
  sayBound(output, summary);
  for (const trouble of summary.troubles.slice(0, 10)) {
    output.trouble(
      `  ${trouble.file}, row ${trouble.row}, column ${trouble.column}: ${trouble.reason}`,
    );
  }
  if (summary.troubleCount > 0) {
    output.trouble(`${count(summary.troubleCount)} rows could not be read; the rest went on.`);
  }
  output.say(`\nWritten: ${join(folder, "report.html")}, decisions.csv, cases.json`);
}

/** Changes since the last run, by new orders or by new knowledge of the crowd alone. */
function sayChanges(output: Output, { changes, fit }: AuditSummary): void {
  if (changes === null) return;
  const { answers, byFitAlone, kept, bitsOnly, isLastFitKnown } = changes;
  const alone = isLastFitKnown ? `${count(byFitAlone)} of them by the fit alone` : "";
  output.say(
    `Of the last run ${counted(answers, "order")} changed${alone && `, ${alone}`}; ${count(kept)} would by the fit alone, and stay as answered; ` +
      `of ${count(bitsOnly)} only the bits changed. Written: changes.csv`,
  );
  if (isLastFitKnown) return;
  output.trouble(
    `The last run's fit cannot be learned again from these files (now it is ${fit.digest.slice(0, 8)}): orders of it are missing or others now. ` +
      "So nothing says what the fit alone changed, and no answer was kept for it.",
  );
}

/** How many orders of the last run are here again: of none, another file was meant. */
function sayKept(output: Output, previous: PreviousPersons, table: OrderTable): void {
  const here = table.orderIds.reduce(
    (sum, _, row) => sum + (previous.has(memberName(nameAt(table, row))) ? 1 : 0),
    0,
  );
  const said = `${count(here)} of ${counted(previous.size, "order")} of the last run are in these files`;
  if (here > 0) output.say(`${said}; their persons keep their ids.`);
  else output.trouble(`${said}: every person has a new id. Is it the decisions.csv of this sale?`);
}

const USUAL_SEED = "giliran";

/** The draw that was asked for, or that a list of decisions says it was made by; throws where the two differ. */
function drawSettings(options: AuditOptions, list: DecidedList | null): DrawSettings | null {
  const listed = list?.draw ?? null;
  const { draw: clusterCount = listed?.clusterCount, seed = listed?.seed ?? USUAL_SEED } = options;
  if (clusterCount === undefined) return null;
  const asked = { clusterCount, seed };
  if (listed === null || drawText(listed) === drawText(asked)) return asked;
  throw new TableFileError(
    `${options.decided}: it was drawn by --draw ${listed.clusterCount} --seed ${listed.seed}, and another draw was asked for. Leave both out: the list says its own.`,
  );
}

/** A decisions.csv as it is read: the persons of its orders, and how these were answered. */
interface LastRun {
  readonly persons: PreviousPersons;
  readonly answers: PreviousAnswers;
}

async function readLastRun(path: string): Promise<LastRun> {
  return { persons: await readPreviousPersons(path), answers: await readPreviousAnswers(path) };
}

/** An audit, and its changes since the last run: counted, and as they are written down. */
async function auditSince(table: OrderTable, options: LookOptions, last: LastRun | null) {
  if (last === null) return { result: await auditBeside(table, options), changes: null, since: {} };
  const { persons, answers } = last;
  const answered = answeredIn(table, answers);
  const { result, changes } = await auditAfter(table, options, answered);
  const since = { previous: persons, changes, lastFitDigest: answers.fitDigest ?? "" };
  const isLastFitKnown = answered.fit !== null;
  return { result, changes: { ...changeCounts(changes), isLastFitKnown }, since };
}

/** Adds the command. It exits with 1 if rows could not be read or a rule failed. */
export function addAudit(program: Command, register: Register): void {
  const command = program
    .command("audit")
    .argument("<files...>", "order exports: CSV, XLSX or Parquet")
    .description("look for rings in order exports, and say why; exit 1 when rows could not be read")
    .requiredOption("--out <folder>", "where decisions.csv, cases.json and report.html go")
    .option("--map <file>", "column map for a table of another format")
    .option("--policy <file>", "thresholds of your own")
    .option("--decided <file>", "orders that people decided: order_id, genuine, cluster")
    .option(
      "--draw <clusters>",
      "draw clusters by lot that people are to decide, into to-decide.csv",
      clusterCountOf,
    )
    .option("--seed <text>", `fixes the draw: the same word draws the same orders (${USUAL_SEED})`)
    .option(
      "--promise <percent>",
      "with --decided: mark orders that may be held by themselves under this promise",
      promiseOf,
    )
    .option("--previous <file>", "decisions.csv of the last run: its person ids and answers stay")
    .option("--article <sku...>", "the articles on sale, where orders have others beside them");
  register<AuditOptions>(command, async ({ output }, options) => {
    const thresholds = loadThresholds(options.policy);
    if (options.promise !== undefined && options.decided === undefined)
      throw new TableFileError("--promise wants --decided: a promise rests on people's decisions.");
    // Before the orders, which may take minutes: a faulty file is told at once.
    const list = options.decided === undefined ? null : await readDecided(options.decided);
    const settings = drawSettings(options, list);
    const last = options.previous === undefined ? null : await readLastRun(options.previous);
    const imported = await importOrders(options.positional[0], {
      ...mapOptions(options.map),
      ...(options.article === undefined ? {} : { articles: options.article }),
      tell: (file, rows) => output.progress(`reading ${file}: ${count(rows)} rows`),
    });
    const progress = (step: string, share: number) =>
      output.progress(`${step}: ${Math.round(share * 100)} %`);
    const { table } = imported;
    const { result, changes, since } = await auditSince(table, { thresholds, progress }, last);
    const decided = list?.orders ?? null;
    // All addresses are read again for clusters: once, and only where they are asked for.
    const clusters = settings || decided ? clustersOf(table, result) : null;
    const draw = settings && clusters && drawClusters(table, result, settings, clusters);
    const certificate =
      decided && clusters && certificateOf(table, result, decided, draw, clusters);
    const { promise: alpha } = options;
    const automatic =
      decided && clusters && certificate && alpha !== undefined
        ? automaticRows(table, clusters, { certificate, decided, alpha })
        : undefined;
    const summary = summarise(table, result, imported, { certificate, changes });
    await writeAudit(options.out, imported, result, reportPage(table, result, summary), {
      ...since,
      automatic,
    });
    output.endProgress();
    say(output, summary, options.out);
    if (settings && clusters && draw && decided === null) {
      const path = writeDraw(options.out, table, draw, settings);
      sayDraw(output, path, bestOf(table, result, draw, clusters));
    }
    if (automatic && alpha !== undefined) sayAutomatic(output, automatic, alpha);
    if (last) sayKept(output, last.persons, table);
    sayChanges(output, summary);
    if (imported.articles !== null && options.article === undefined)
      output.say("Orders have several articles. Name those on sale with --article.");
    output.result(summary);
    return imported.troubleCount > 0 || result.fault !== null ? EXIT.wrong : EXIT.done;
  });
}
