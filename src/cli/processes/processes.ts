/*
 * `serve --processes N`: a supervisor that answers no request itself. It opens the database, starts
 * N servers on one port, and starts a killed one again; the others listen meanwhile. States of a
 * child: starting, serving, ended and waiting for its next start, ended for good.
 * Must never happen: a child outlives the supervisor, which owns the embedded database. Each has a
 * channel to it, and ends when the channel closes.
 */

import { spawn, type ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const BIN = join(import.meta.dirname, "../../../bin/giliran.js");

/** Shown to the operator without a stack trace. */
export class ProcessesError extends Error {
  override name = "ProcessesError";
}

/** A child that lived this long, in ms, was sound: its next start does not wait. */
const SOUND_MS = 10_000;
/** Pauses before further starts of a child that ends at once, in ms. */
const LEAST_PAUSE_MS = 200;
const MOST_PAUSE_MS = 15_000;

/** The pause before the next start, in ms, after so many ends at once. The first is none. */
export function pauseMs(endsAtOnce: number): number {
  return endsAtOnce <= 1 ? 0 : Math.min(MOST_PAUSE_MS, LEAST_PAUSE_MS * 2 ** (endsAtOnce - 2));
}

export interface ProcessesOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly count: number;
  readonly worker: boolean;
  /** The settings of the servers, with the supervisor's database; the port is added. */
  readonly environment: NodeJS.ProcessEnv;
  /** How long an end may take; then a server is killed. */
  readonly endMs: number;
  readonly say: (line: string) => void;
}

/** Tries to listen; returns the port. Errors are those of the system. */
async function tryPort(host: string, port: number, reusePort: boolean): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done, failed) => {
    probe.once("error", failed);
    probe.listen({ host, port, reusePort }, done);
  });
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  return typeof address === "object" && address !== null ? address.port : port;
}

/**
 * The port that the children share. With a shared port the system would let two installations listen
 * side by side and spread buyers over both, so it is first tried unshared.
 */
async function findPort({ host, port: asked }: ProcessesOptions): Promise<number> {
  const port = await tryPort(host, asked, false);
  await tryPort(host, port, true).catch((error: unknown) => {
    throw new ProcessesError(
      "This system does not let several processes listen on one port " +
        `(${(error as Error).message}). Start one server for each port, and a balancer before them.`,
    );
  });
  return port;
}

/** One server under the supervisor. */
class Child {
  readonly #no: number;
  readonly #start: () => ChildProcess;
  readonly #say: (line: string) => void;
  readonly #stopping = new AbortController();
  readonly #ready = Promise.withResolvers<string>();
  #process: ChildProcess | null = null;
  #running: Promise<void>;

  constructor(no: number, start: () => ChildProcess, say: (line: string) => void) {
    this.#no = no;
    this.#start = start;
    this.#say = say;
    this.#running = this.#keep();
  }

  /** Resolves to its address once it listens; rejects if it ends before. */
  get ready(): Promise<string> {
    return this.#ready.promise;
  }

  /** Asks it to end, and waits; in the end it is killed. */
  async stop(withinMs: number): Promise<void> {
    this.#stopping.abort();
    const child = this.#process;
    // The end of the channel, not a signal: Ctrl-C has reached it already, and a second would cut it off.
    if (child?.connected) child.disconnect();
    const kill = setTimeout(() => child?.kill("SIGKILL"), withinMs);
    await this.#running;
    clearTimeout(kill);
  }

  async #keep(): Promise<void> {
    const { signal } = this.#stopping;
    let endsAtOnce = 0;
    while (!signal.aborted) {
      const startedAtMs = performance.now();
      const why = await this.#run();
      if (signal.aborted) return;
      this.#ready.reject(new ProcessesError(`server ${this.#no} did not start: ${why}`));
      endsAtOnce = performance.now() - startedAtMs > SOUND_MS ? 1 : endsAtOnce + 1;
      const waitMs = pauseMs(endsAtOnce);
      const next = waitMs === 0 ? "now" : `in ${waitMs / 1_000} s`;
      this.#say(`Server ${this.#no} ended: ${why}. Its next start is ${next}.`);
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Runs it once; returns why it ended. */
  async #run(): Promise<string> {
    const child = this.#start();
    this.#process = child;
    let lastLine = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      process.stderr.write(chunk);
      lastLine = chunk.toString().trim().split("\n").at(-1) ?? lastLine;
    });
    child.on("message", (message) => this.#ready.resolve((message as ChildReady).address));
    const [code, signal] = await new Promise<[number | null, string | null]>((done) => {
      child.once("exit", (...how) => done(how));
      child.once("error", ({ message }) => {
        lastLine = message;
        done([null, null]);
      });
    });
    const how = signal ?? `code ${code ?? "unknown"}`;
    return lastLine === "" ? how : `${how}, ${lastLine}`;
  }
}

/** The message of a child that listens. */
export interface ChildReady {
  readonly address: string;
}

/** Running servers on one port. */
export interface Processes {
  readonly address: string;
  /** Ends all of them after their requests. */
  stop(): Promise<void>;
}

/** Starts the servers, and keeps them running; throws if one does not start at all. */
export async function startProcesses(options: ProcessesOptions): Promise<Processes> {
  const { count, worker, environment, endMs, say } = options;
  const env = { ...environment, PORT: String(await findPort(options)) };
  const start = (no: number) => () =>
    spawn(
      process.execPath,
      // With the flags of V8 that this process was started with.
      [
        ...process.execArgv,
        BIN,
        "serve",
        "--child",
        String(no),
        ...(worker ? [] : ["--no-worker"]),
      ],
      { env, stdio: ["ignore", "inherit", "pipe", "ipc"] },
    );
  const numbers = Array.from({ length: count }, (_, at) => at + 1);
  const children = numbers.map((no) => new Child(no, start(no), say));
  const stop = async () => {
    await Promise.all(children.map((child) => child.stop(endMs)));
  };
  try {
    const [address = ""] = await Promise.all(children.map(({ ready }) => ready));
    return { address, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
