/* `giliran serve`: the server without a demonstration, in one process or several. */

import { InvalidArgumentError, Option, type Command } from "commander";
import type { Backend } from "../db/backend.ts";
import { EXIT, type Register } from "./command.ts";
import { untilAsked } from "./ending.ts";
import { openDatabase } from "./open.ts";
import type { Output } from "./output.ts";
import { startProcesses, type ChildReady } from "./processes/processes.ts";
import { END_MS, sayAddresses, startServing } from "./serving.ts";
import { setupFrom, type Settings } from "./settings.ts";

interface ServeOptions {
  readonly worker: boolean;
  readonly processes: number;
  /** Set by the supervisor alone. */
  readonly child?: number;
}

/** More hardly fit one machine. */
const MOST_PROCESSES = 64;
/** Connections of one busy server: its pools, those of background work, and some to spare. */
const CONNECTIONS_EACH = 50;
/** As the embedded database has for one server. */
const LEAST_CONNECTIONS = 100;

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= MOST_PROCESSES) return number;
  throw new InvalidArgumentError(`a whole number from 1 to ${MOST_PROCESSES}`);
}

interface Serve {
  readonly settings: Settings;
  readonly output: Output;
  readonly worker: boolean;
}

/** No demonstration, and no simulated crowd. */
const REAL = { crowd: null, notices: true, demo: false } as const;

/** Serves in this process alone. */
async function serveAlone(serve: Serve): Promise<void> {
  const { output } = serve;
  const serving = await startServing({ ...serve, ...REAL });
  try {
    output.say(`Giliran serves from ${serving.opened.backend.description}.`);
    await sayAddresses(serving, output);
    // Listen for signals before the address is printed: its reader may send one at once.
    const asked = untilAsked();
    output.result({ address: serving.address, database: serving.opened.backend.description });
    output.say("Stop with Ctrl-C.");
    await asked;
    output.say("Stopping: requests in hand are answered first.");
  } finally {
    await serving.close();
  }
}

/** Serves as one of several; its supervisor says everything, and it ends with it. */
async function serveAsChild(serve: Serve, childNo: number): Promise<void> {
  const serving = await startServing({ ...serve, ...REAL, childNo });
  try {
    const asked = untilAsked();
    const ready: ChildReady = { address: serving.address };
    // The supervisor may be gone already; then nothing will ever close the channel.
    if (process.connected) {
      process.send?.(ready);
      await asked;
    }
  } finally {
    await serving.close();
  }
}

/** The environment of the servers: the same settings, on the supervisor's database. */
function environmentOf(settings: Settings, { target }: Backend): NodeJS.ProcessEnv {
  const url =
    "url" in target
      ? target.url
      : `postgres://giliran@localhost/${target.database}?host=${encodeURIComponent(target.socketFolder)}`;
  return { ...process.env, DATABASE_URL: url, GILIRAN_DATA: settings.GILIRAN_DATA };
}

/** Starts several servers on one port and looks after them. */
async function supervise({ settings, output, worker }: Serve, count: number): Promise<void> {
  const opened = await openDatabase({
    settings,
    purpose: `serve ${settings.HOST}:${settings.PORT}`,
    as: "alone",
    poolSize: 1,
    connectionCount: Math.max(LEAST_CONNECTIONS, CONNECTIONS_EACH * count),
    say: (line) => output.say(line),
  });
  try {
    const asked = untilAsked();
    const processes = await startProcesses({
      host: settings.HOST,
      port: settings.PORT,
      count,
      worker,
      environment: environmentOf(settings, opened.backend),
      endMs: settings.GILIRAN_DRAIN_MS + 2 * END_MS,
      say: (line) => output.say(line),
    });
    const { address } = processes;
    const { description } = opened.backend;
    try {
      output.say(`Giliran serves in ${count} processes from ${description}.`);
      const clock = { nowMs: () => Date.now() };
      await sayAddresses({ opened, address, clock, setup: setupFrom(settings, false) }, output);
      output.result({ address, database: description, processes: count });
      output.say("Stop with Ctrl-C.");
      await asked;
      output.say("Stopping: requests in hand are answered first.");
    } finally {
      await processes.stop();
    }
  } finally {
    await opened.close();
  }
}

export function addServe(program: Command, register: Register): void {
  const command = program
    .command("serve")
    .description("serve from the data folder, or from DATABASE_URL")
    .option("--no-worker", "only answer requests; another process moves the sales on")
    .option(
      "--processes <n>",
      "servers on one port, each a process; a killed one is started again",
      wholeNumber,
      1,
    )
    .addOption(new Option("--child <n>").argParser(wholeNumber).hideHelp());
  register<ServeOptions>(command, async ({ settings, output }, { worker, processes, child }) => {
    const serve = { settings, output, worker };
    if (child !== undefined) await serveAsChild(serve, child);
    else if (processes > 1) await supervise(serve, processes);
    else await serveAlone(serve);
    return EXIT.done;
  });
}
