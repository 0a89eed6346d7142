import { EXIT } from "../src/cli/command.ts";
import { expectReadersToGo } from "../src/cli/output.ts";
import { runProgram } from "../src/cli/program.ts";
import { addRehearse } from "../sim/commands/rehearseCommand.ts";
import { addReplay } from "../sim/commands/replayCommand.ts";
import { addStart } from "../sim/commands/startCommand.ts";

/*
 * Where the product and the simulator meet: the product's own commands, and those that play a crowd on it.
 * Nothing in src imports the simulator.
 */

/** Runs the command line and sets the exit code: 0 done, 1 found something wrong, 2 asked wrongly. */
export async function main(argv: readonly string[]): Promise<void> {
  expectReadersToGo();
  const exitCode = await runProgram(argv, [addStart, addRehearse, addReplay]);
  // Everything the command opened is closed, and nobody reads the rest of its output.
  if (exitCode === EXIT.noReader) process.exit(exitCode);
  process.exitCode = exitCode;
}
