import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, Worker } from "node:worker_threads";

/** What a thread may use up. */
export interface ThreadLimits {
  readonly timeoutMs: number;
  /** Its heap, MB of 2^20 bytes. */
  readonly heapMb: number;
  /** What it holds outside its heap, in buffers and long texts; no limit where it is not given. */
  readonly buffersMb?: number;
  /** Ends the thread when whoever asked has gone. */
  readonly signal?: AbortSignal | undefined;
}

/** A thread was ended before it answered. It holds nothing any more when this is thrown. */
export class ThreadEnded extends Error {
  override name = "ThreadEnded";
  readonly why: "timeout" | "memory" | "asker_gone";

  constructor(why: ThreadEnded["why"]) {
    super(`a thread was ended: ${why}`);
    this.why = why;
  }
}

/**
 * Runs a thread's file once: hands it data, and takes its one message. What throws there, throws here; beyond its limits it is
 * ended, and `ThreadEnded` says which. The thread is over when this settles.
 */
export async function askThread<Answer>(
  file: URL,
  data: unknown,
  limits?: ThreadLimits,
): Promise<Answer> {
  if (limits?.signal?.aborted) throw new ThreadEnded("asker_gone");
  const worker = new Worker(file, {
    workerData: data,
    ...(limits ? { resourceLimits: { maxOldGenerationSizeMb: limits.heapMb } } : {}),
  });
  const over = once(worker, "exit").catch(() => undefined);
  const stop = new AbortController();
  try {
    return await Promise.race([answerOf<Answer>(worker), ...endings(worker, limits, stop.signal)]);
  } finally {
    stop.abort();
    await worker.terminate();
    await over;
  }
}

function answerOf<Answer>(worker: Worker): Promise<Answer> {
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", (error: Error & { code?: string }) =>
      reject(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? new ThreadEnded("memory") : error),
    );
    // Nothing once there was an answer or an error.
    worker.once("exit", () => reject(new Error("a thread ended without an answer")));
  });
}

/** Promises that reject when a limit is reached; they let go of their timers on `stop`. */
function endings(
  worker: Worker,
  limits: ThreadLimits | undefined,
  stop: AbortSignal,
): Promise<never>[] {
  if (!limits) return [];
  const { timeoutMs, signal, buffersMb = Infinity } = limits;
  const outgrown = buffersOutgrown(worker, buffersMb, stop).then(() => {
    throw new ThreadEnded("memory");
  });
  const timeout = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new ThreadEnded("timeout")), timeoutMs);
    stop.addEventListener("abort", () => clearTimeout(timer), { once: true });
  });
  const gone = new Promise<never>((_, reject) => {
    const end = () => reject(new ThreadEnded("asker_gone"));
    signal?.addEventListener("abort", end, { once: true, signal: stop });
  });
  return [timeout, gone, outgrown];
}

const WATCHED_EVERY_MS = 100;

/**
 * Resolves when what a thread holds outside its heap outgrows a limit, MB of 2^20 bytes; never after `stop`. It is looked at
 * from here: a thread that unpacks a file in one go has no time to look.
 */
export async function buffersOutgrown(
  worker: Pick<Worker, "getHeapStatistics">,
  mostMb: number,
  stop: AbortSignal,
): Promise<void> {
  const never = new Promise<void>(() => undefined);
  if (mostMb === Infinity) return await never;
  try {
    for (;;) {
      await sleep(WATCHED_EVERY_MS, undefined, { signal: stop, ref: false });
      // A thread that still starts up cannot be asked; on a busy machine that takes longer than one look.
      const used = await worker.getHeapStatistics().catch(() => null);
      if (used !== null && used.external_memory > mostMb * 1_048_576) return;
    }
  } catch {
    return await never; // stopped
  }
}

interface Numbered<Content> {
  readonly id: number;
  readonly content: Content;
}

/**
 * A thread that stays: started by the first task, started anew after an error. `answerTasks` is its other side.
 * Starting one costs 0.2 s of a core, too much for each of many tasks.
 */
export class TaskThread<Task, Answer> {
  readonly #file: URL;
  readonly #data: unknown;
  #thread: Worker | null = null;
  #nextId = 1;

  constructor(file: URL, data: unknown) {
    this.#file = file;
    this.#data = data;
  }

  /**
   * The answer to a task. Rejects with what the thread threw, or with the reason of `cancel` as soon as that is
   * aborted; the thread is gone then, with all it was doing.
   */
  async ask(task: Task, cancel: AbortSignal): Promise<Answer> {
    cancel.throwIfAborted();
    const id = this.#nextId++;
    const thread = this.#started();
    const answer = new Promise<Answer>((resolve, reject) => {
      const onMessage = (message: Numbered<Answer>) => {
        if (message.id === id) end(() => resolve(message.content));
      };
      const onError = (error: Error) => end(() => reject(error));
      const onExit = () => onError(new Error("a thread ended without an answer"));
      const onCancel = () => {
        end(() => reject(cancel.reason as Error));
        void this.stop();
      };
      const end = (settle: () => void) => {
        thread.off("message", onMessage).off("error", onError).off("exit", onExit);
        cancel.removeEventListener("abort", onCancel);
        settle();
      };
      thread.on("message", onMessage).on("error", onError).on("exit", onExit);
      cancel.addEventListener("abort", onCancel);
    });
    const numbered: Numbered<Task> = { id, content: task };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    thread.postMessage(numbered);
    return await answer;
  }

  #started(): Worker {
    if (this.#thread) return this.#thread;
    const thread = new Worker(this.#file, { workerData: this.#data });
    const forget = () => {
      if (this.#thread === thread) this.#thread = null;
    };
    // Whoever asked is told; the next task finds a new thread.
    thread.on("error", forget).on("exit", forget);
    thread.unref();
    this.#thread = thread;
    return thread;
  }

  /** Ends the thread, and whatever it is doing. */
  async stop(): Promise<void> {
    const thread = this.#thread;
    this.#thread = null;
    await thread?.terminate();
  }
}

/** The other side of a `TaskThread`: answers each task as it comes. An error ends the thread. */
export function answerTasks<Task, Answer>(answer: (task: Task) => Promise<Answer>): void {
  const port = parentPort;
  if (port === null) throw new Error("not in a thread");
  port.on("message", ({ id, content }: Numbered<Task>) => {
    void answer(content).then((result) => {
      const numbered: Numbered<Answer> = { id, content: result };
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      port.postMessage(numbered);
    });
  });
}
