import { expectReadersToGo } from "./cli/output.ts";
import { runProgram } from "./cli/program.ts";

/** Runs the command line and sets the exit code: 0 done, 1 found something wrong, 2 asked wrongly. */
export async function main(argv: readonly string[]): Promise<void> {
  expectReadersToGo();
  process.exitCode = await runProgram(argv);
}
