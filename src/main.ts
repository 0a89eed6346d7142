import { EXIT } from "./cli/command.ts";
import { expectReadersToGo } from "./cli/output.ts";
import { runProgram } from "./cli/program.ts";

/** Runs the command line and sets the exit code: 0 done, 1 found something wrong, 2 asked wrongly. */
export async function main(argv: readonly string[]): Promise<void> {
  expectReadersToGo();
  const exitCode = await runProgram(argv);
  // What the command opened is closed; what it was still doing, such as playing a crowd, nobody sees.
  if (exitCode === EXIT.noReader) process.exit(exitCode);
  process.exitCode = exitCode;
}
