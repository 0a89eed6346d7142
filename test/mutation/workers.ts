import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Outcome, Trial } from "./messages.ts";

/** A copy of the files in a folder of its own: what is tried there never touches the checkout. */
export function copyOf(root: string, files: readonly string[]): string {
  const copy = mkdtempSync(join(tmpdir(), "mutation-"));
  for (const file of files) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  return copy;
}

/** A copy of the tree with a process that runs tests in it. A process that hung is replaced. */
export class Worker {
  readonly #copy: string;
  readonly #project: string;
  readonly #original: (file: string) => string;
  #child: ChildProcess | null = null;
  /** The end of what its process wrote as errors: tests write there, too. */
  #complaints = "";

  constructor(copy: string, project: string, original: (file: string) => string) {
    this.#copy = copy;
    this.#project = project;
    this.#original = original;
  }

  async try(trial: Trial): Promise<Outcome> {
    const child = this.#child ?? (await this.#started());
    const { promise: answer, resolve, reject } = Promise.withResolvers<Outcome>();
    const died = () => reject(new Error(`a worker ended: ${this.#complaints}`));
    child.once("message", resolve);
    child.once("exit", died);
    child.send(trial);
    const outcome = await answer;
    child.off("exit", died);
    if (outcome.outcome === "timeout") {
      await this.#stop();
      writeFileSync(join(this.#copy, trial.file), this.#original(trial.file));
    }
    return outcome;
  }

  async #started(): Promise<ChildProcess> {
    const program = join(import.meta.dirname, "worker.ts");
    const child = fork(program, [this.#copy, this.#project], {
      execArgv: ["--disable-warning=ExperimentalWarning"],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      detached: true,
    });
    child.stderr?.on("data", (data: Buffer) => {
      this.#complaints = `${this.#complaints}${data.toString()}`.slice(-2_000);
    });
    await once(child, "message");
    this.#child = child;
    return child;
  }

  /** Ends the process, and those that run its tests, whatever they are doing. */
  async #stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child?.pid === undefined || child.exitCode !== null) return;
    const ended = once(child, "exit");
    process.kill(-child.pid, "SIGKILL");
    await ended;
  }

  /** Ends the process and removes the copy. */
  async end(): Promise<void> {
    await this.#stop();
    rmSync(this.#copy, { recursive: true, force: true });
  }
}
