/*
 * Worker threads, for work that would block the server. States of a thread: idle (not started, or
 * ended), running. The first request starts it; a crash, a timeout, an abort or `stop` ends it; the
 * next request starts a new one. A request must never wait for an ended thread: every end rejects
 * its open requests.
 *
 * Not a pool (piscina): its workers are interchangeable, and most of ours keep state.
 */

import { resourceLimits, Worker } from "node:worker_threads";
import { buffersOutgrown } from "./memory.ts";
import { ThreadEnded, type AnyContract, type FromThread, type ToThread } from "./protocol.ts";

/** Limits of a thread, MB of 2^20 bytes. */
export interface ThreadLimits {
  /** Its heap; `own`: as much as the starting thread may use itself. */
  readonly heapMb?: number | "own";
  /** Its buffers and long texts outside the heap. */
  readonly buffersMb?: number;
}

export interface AskOptions {
  readonly timeoutMs?: number;
  /** Ends the thread when nobody wants the answer any more. The request rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface ThreadOptions<C extends AnyContract> {
  readonly setup: C["setup"];
  readonly limits?: ThreadLimits;
  /**
   * `stop`: a request that takes too long ends the thread. `go_on`: it may answer later, see
   * `isBehind`.
   */
  readonly afterTimeout?: "stop" | "go_on";
  /** The thread has ended, however it did: its state is lost. */
  readonly onEnd?: () => void;
  /** Logs a crash under the thread's name, also without an open request. */
  readonly log?: CrashLog | undefined;
}

export interface CrashLog {
  readonly name: string;
  readonly logger: { error(fields: object, text: string): void };
}

interface OpenRequest<C extends AnyContract> {
  readonly resolve: (answer: C["answer"]) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: OnProgress<C>;
}

/** `taken` lets the thread send the next one. */
type OnProgress<C extends AnyContract> = (progress: C["progress"], taken: () => void) => void;

/**
 * A thread that stays and answers many requests; `serveThread` is its other side. Starting one
 * costs 0.2 s of a core, too much for each of many tasks. It keeps the process alive only while a
 * request is open.
 */
export class Thread<C extends AnyContract> {
  readonly #file: URL;
  readonly #options: ThreadOptions<C>;
  readonly #open = new Map<number, OpenRequest<C>>();
  #worker: Worker | null = null;
  #watch = new AbortController();
  #ending: Promise<void> = Promise.resolve();
  #nextId = 1;
  #behind = false;

  constructor(file: URL, options: ThreadOptions<C>) {
    this.#file = file;
    this.#options = options;
  }

  /** A request timed out, and no answer has come since. */
  get isBehind(): boolean {
    return this.#behind;
  }

  /**
   * The answer to a task. Rejects with what the thread threw; with the reason of `signal` as soon
   * as that aborts; with `ThreadEnded` if time or memory ran out, or the thread was stopped.
   */
  async ask(task: C["task"], options: AskOptions = {}): Promise<C["answer"]> {
    return await this.#request(task, options, (_, taken) => taken());
  }

  /**
   * The progress of a task, message by message, and its answer as the generator's return value. The
   * thread is a few messages ahead at most. Leaving early ends the thread.
   */
  async *stream(
    task: C["task"],
    options: AskOptions = {},
  ): AsyncGenerator<C["progress"], C["answer"], undefined> {
    const arrived: { readonly progress: C["progress"]; readonly taken: () => void }[] = [];
    let wake = () => undefined as void;
    let isOver = false;
    const answer = this.#request(task, options, (progress, taken) => {
      arrived.push({ progress, taken });
      wake();
    });
    const over = () => {
      isOver = true;
      wake();
    };
    answer.then(over, over);
    try {
      for (;;) {
        const next = arrived.shift();
        if (next) {
          next.taken();
          yield next.progress;
        } else if (isOver) return await answer;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      if (!isOver) await this.stop();
    }
  }

  /**
   * Ends the thread with whatever it is doing; open requests reject. Resolves when everything is
   * released.
   */
  async stop(): Promise<void> {
    this.#end(new ThreadEnded("stopped", "the thread was stopped"));
    await this.#ending;
  }

  async #request(
    task: C["task"],
    { timeoutMs, signal }: AskOptions,
    onProgress: OnProgress<C>,
  ): Promise<C["answer"]> {
    signal?.throwIfAborted();
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<C["answer"]>();
    const onAbort = () => {
      reject(signal?.reason);
      this.#end(new ThreadEnded("stopped", "another request of the thread was aborted"));
    };
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => this.#late({ id, timeoutMs }), timeoutMs);
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      this.#post(id, task, { resolve, reject, onProgress });
      return await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      if (this.#open.delete(id) && this.#open.size === 0) this.#worker?.unref();
    }
  }

  #post(id: number, task: C["task"], request: OpenRequest<C>): void {
    const worker = this.#started();
    if (this.#open.size === 0) worker.ref();
    this.#open.set(id, request);
    const message: ToThread<C> = { id, task };
    worker.postMessage(message, []);
  }

  #late({ id, timeoutMs }: { readonly id: number; readonly timeoutMs: number }): void {
    const error = new ThreadEnded("timeout", `took longer than ${timeoutMs / 1_000} s`);
    this.#open.get(id)?.reject(error);
    if (this.#options.afterTimeout === "go_on") this.#behind = true;
    else this.#end(new ThreadEnded("stopped", "another request of the thread took too long"));
  }

  #started(): Worker {
    if (this.#worker) return this.#worker;
    const { setup, limits = {} } = this.#options;
    const worker = new Worker(this.#file, {
      workerData: setup,
      resourceLimits: heapLimits(limits.heapMb),
    });
    worker.on("message", (message: FromThread<C>) => this.#received(worker, message));
    worker.on("error", (error) => this.#crashed(worker, error));
    worker.on("messageerror", (error) => this.#crashed(worker, error));
    // After an error, or `terminate`, this comes too late to matter.
    worker.on("exit", () => this.#crashed(worker, new Error("the thread ended without an answer")));
    this.#watch = new AbortController();
    const { buffersMb = Infinity } = limits;
    void buffersOutgrown(worker, buffersMb, this.#watch.signal).then(() =>
      this.#crashed(worker, outOfMemory()),
    );
    this.#worker = worker;
    return worker;
  }

  #received(worker: Worker, message: FromThread<C>): void {
    const request = this.#open.get(message.id);
    if ("progress" in message) {
      const taken: ToThread<C> = { taken: message.id };
      request?.onProgress(message.progress, () => worker.postMessage(taken, []));
    } else {
      this.#behind = false;
      request?.resolve(message.answer);
    }
  }

  #crashed(worker: Worker, error: Error & { readonly code?: string }): void {
    if (this.#worker !== worker) return;
    const cause = error.code === "ERR_WORKER_OUT_OF_MEMORY" ? outOfMemory() : error;
    const { log } = this.#options;
    log?.logger.error(
      { err: cause, thread: log.name },
      "a thread crashed; the next request starts a new one",
    );
    this.#end(cause);
  }

  #end(why: Error): void {
    const worker = this.#worker;
    if (worker === null) return;
    this.#worker = null;
    this.#behind = false;
    this.#watch.abort();
    this.#ending = this.#afterEnding(worker.terminate());
    for (const { reject } of this.#open.values()) reject(why);
    this.#open.clear();
    this.#options.onEnd?.();
  }

  async #afterEnding(terminated: Promise<number>): Promise<void> {
    await this.#ending;
    await terminated;
  }
}

function outOfMemory(): ThreadEnded {
  return new ThreadEnded("memory", "took more memory than a thread may use");
}

function heapLimits(heapMb: ThreadLimits["heapMb"]) {
  if (heapMb === undefined) return {};
  return heapMb === "own" ? resourceLimits : { maxOldGenerationSizeMb: heapMb };
}

/**
 * Runs one task in a thread of its own, which has ended when this settles. Rejects as `Thread.ask`
 * does.
 */
export async function askThread<C extends AnyContract & { readonly setup: null }>(
  file: URL,
  task: C["task"],
  { timeoutMs, signal, ...limits }: ThreadLimits & AskOptions = {},
): Promise<C["answer"]> {
  const thread = new Thread<C>(file, { setup: null, limits });
  try {
    return await thread.ask(task, { signal, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  } finally {
    await thread.stop();
  }
}
