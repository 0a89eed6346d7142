/* `giliran backtest`: what two policies would do to the same orders. Nothing is written. */

import type { Command } from "commander";
import { backtest, type PolicyOutcome } from "../integrity/backtest.ts";
import { importOrders } from "../integrity/io/importOrders.ts";
import { TableFileError } from "../integrity/io/tableFileError.ts";
import { mapOptions, loadThresholds } from "./auditCommand.ts";
import { EXIT, type Register } from "./command.ts";
import { count, table as textTable } from "./output.ts";

interface BacktestOptions {
  readonly positional: readonly [string[]];
  readonly policy: readonly string[];
  readonly map?: string;
}

const LINES: readonly (readonly [string, (outcome: PolicyOutcome) => string])[] = [
  ["cases", (outcome) => count(outcome.cases)],
  ["orders held for a person", (outcome) => count(outcome.held)],
  ["of accounts with one order", (outcome) => count(outcome.heldSingleOrders)],
  ["asked to confirm", (outcome) => count(outcome.askedToConfirm)],
  [
    "genuine among the held (the model's estimate)",
    ({ genuineAmongHeld: { low, high } }) => `${count(low)} to ${count(high)}`,
  ],
  [
    "money held",
    (outcome) => (outcome.heldMinorUnits === null ? "–" : count(outcome.heldMinorUnits)),
  ],
];

export function addBacktest(program: Command, register: Register): void {
  const collect = (value: string, known: string[]) => [...known, value];
  const command = program
    .command("backtest")
    .argument("<files...>", "order exports: CSV, XLSX or Parquet")
    .description("compare two policies on the same orders; nothing is written")
    .requiredOption("--policy <file>", "give it twice: A, then B", collect, [])
    .option("--map <file>", "column map for a table of another format");
  register<BacktestOptions>(command, async ({ output }, options) => {
    const [fileA, fileB, ...more] = options.policy;
    if (fileA === undefined || fileB === undefined || more.length > 0)
      throw new TableFileError("backtest wants --policy twice: A, then B.");
    const [a, b] = [loadThresholds(fileA), loadThresholds(fileB)];
    const { table } = await importOrders(options.positional[0], {
      ...mapOptions(options.map),
      // Orders that were held rightly are cancelled by now: without them each policy looks harmless.
      withTakenBack: true,
    });
    const result = backtest(table, { a, b });
    output.say(
      textTable(
        ["", "A", "B"],
        LINES.map(([name, show]) => [name, show(result.a), show(result.b)]),
      ),
    );
    output.say(
      `\n${count(result.differing)} of ${count(table.count)} orders differ. Some of them:`,
    );
    for (const one of result.sample) {
      output.say(
        `  ${one.orderId}: ${one.from} → ${one.to} ${one.caseId} ${one.reasons[0]?.en ?? ""}`.trimEnd(),
      );
    }
    output.result(result);
    return EXIT.done;
  });
}
