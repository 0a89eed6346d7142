/*
 * The command line: registers all commands, runs one, and turns its errors into a sentence and an
 * exit code.
 */

import { Command, CommanderError } from "commander";
import { SecretError } from "../access/io/keyring.ts";
import { FolderInUseError } from "../db/backend.ts";
import { ClusterError } from "../db/cluster/cluster.ts";
import { ClusterUserError } from "../db/cluster/clusterUser.ts";
import { ConnectionError } from "../db/connect.ts";
import { MigrationError } from "../db/migrate.ts";
import { Refusal } from "../http/problem.ts";
import { PROBLEMS } from "../api/problems.ts";
import { VERSION } from "../version.ts";
import { TableFileError } from "../integrity/io/tableFileError.ts";
import { addAudit } from "./auditCommand.ts";
import { addBacktest } from "./backtestCommand.ts";
import { DeskError } from "./deskClient.ts";
import { addDesk } from "./deskCommand.ts";
import { addDoctor, addGoOn } from "./doctorCommand.ts";
import { addFsck } from "./fsckCommand.ts";
import { addLink } from "./linkCommand.ts";
import { addMigrate } from "./migrateCommand.ts";
import { EXIT, type Register, type AddCommand } from "./command.ts";
import { createOutput, NoReaderError } from "./output.ts";
import { ProcessesError } from "./processes/processes.ts";
import { addRecover } from "./recoverCommand.ts";
import { addSale } from "./saleCommand.ts";
import { addServe } from "./serveCommand.ts";
import { readSettings, SettingsError } from "./settings.ts";
import { addVerify } from "./verifyCommand.ts";

interface CommonOptions {
  readonly json?: boolean;
  readonly data?: string;
}

/** Errors whose message is already written for the user. */
const PLAIN_ERRORS = [
  ClusterError,
  ClusterUserError,
  DeskError,
  FolderInUseError,
  MigrationError,
  ProcessesError,
  SecretError,
  SettingsError,
  TableFileError,
];

/** A sentence for known errors; a stack for bugs. */
function explain(error: unknown): string {
  if (error instanceof Refusal) return PROBLEMS[error.code].title.en;
  if (PLAIN_ERRORS.some((kind) => error instanceof kind)) return (error as Error).message;
  const { code, address, port } = error as { code?: string; address?: string; port?: number };
  if (code === "EADDRINUSE") {
    return `${address}:${port} is in use by another program. Choose another: PORT=8081 npm start`;
  }
  if (code === "08P01") {
    return (
      `A pooler stands before the database of DATABASE_URL and refuses deadlines of connections: ${(error as Error).message}. ` +
      "Name the database itself."
    );
  }
  if (error instanceof ConnectionError || code === "28P01" || code === "3D000") {
    return `The database of DATABASE_URL cannot be reached or opened: ${(error as Error).message}`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Runs one command line; returns its exit code. */
export async function runProgram(
  argv: readonly string[],
  /** Further commands, listed first in the help. */
  more: readonly AddCommand[] = [],
): Promise<number> {
  let exitCode: number = EXIT.done;
  const program = new Command("giliran")
    .description("Sells scarce goods fairly. Guide: docs/guide/operator.md")
    .version(VERSION)
    .exitOverride();
  const register: Register = (command, action) => {
    command
      .option("--json", "print one JSON document instead of text")
      .option("--data <folder>", "data folder (default: GILIRAN_DATA or .giliran)")
      .exitOverride()
      .action(async (...args: unknown[]) => {
        const positional = args.slice(0, -2);
        const options = args.at(-2) as CommonOptions;
        const output = createOutput(options.json === true);
        try {
          const environment = { ...process.env };
          if (options.data !== undefined) environment.GILIRAN_DATA = options.data;
          const settings = readSettings(environment);
          exitCode = await action({ settings, output }, { ...options, positional } as never);
        } catch (error) {
          if (error instanceof NoReaderError) {
            exitCode = EXIT.noReader;
            return;
          }
          output.trouble(explain(error));
          exitCode = EXIT.usage;
        }
      });
  };
  for (const add of more) add(program, register);
  addServe(program, register);
  addSale(program, register);
  addDesk(program, register);
  addAudit(program, register);
  addBacktest(program, register);
  addLink(program, register);
  addVerify(program, register);
  addFsck(program, register);
  addGoOn(program, register);
  addDoctor(program, register);
  addMigrate(program, register);
  addRecover(program, register);
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
  return exitCode;
}
