/* The thread's side of a `Thread`: its file calls `serveThread` once. */

import { parentPort, workerData, type MessagePort, type Transferable } from "node:worker_threads";
import type { AnyContract, FromThread, ToThread } from "./protocol.ts";

/** Progress messages of one request in flight: more would only fill the memory. */
const MOST_ON_THE_WAY = 4;

/** Sends a progress message; resolves when the next one may be made. */
export type Tell<C extends AnyContract> = (progress: C["progress"]) => Promise<void>;

/**
 * Answers each request as it comes; several at once if the handler awaits. An error ends the
 * thread, as its state is then unknown, and rejects every open request.
 */
export function serveThread<C extends AnyContract>(
  handle: (task: C["task"], tell: Tell<C>) => C["answer"] | Promise<C["answer"]>,
  /** The part of an answer that is transferred instead of copied. */
  transferOf: (answer: C["answer"]) => readonly Transferable[] = () => [],
): void {
  const port = parentPort;
  if (port === null) throw new Error("not in a thread");
  const progress = new Map<number, ProgressSender<C>>();
  const serve = async (id: number, task: C["task"]) => {
    const sender = new ProgressSender<C>(port, id);
    progress.set(id, sender);
    const answer = await handle(task, (one) => sender.tell(one));
    progress.delete(id);
    send<C>(port, { id, answer }, transferOf(answer));
  };
  port.on("message", (message: ToThread<C>) => {
    if ("taken" in message) progress.get(message.taken)?.taken();
    else void serve(message.id, message.task);
  });
}

/** The thread's start value. */
export function setupOf<C extends AnyContract>(): C["setup"] {
  return workerData as C["setup"];
}

function send<C extends AnyContract>(
  port: MessagePort,
  message: FromThread<C>,
  transfer: readonly Transferable[] = [],
): void {
  port.postMessage(message, transfer);
}

/** Slows a handler down to the pace of its progress's consumer. */
class ProgressSender<C extends AnyContract> {
  readonly #port: MessagePort;
  readonly #id: number;
  readonly #waiting: (() => void)[] = [];
  #onTheWay = 0;

  constructor(port: MessagePort, id: number) {
    this.#port = port;
    this.#id = id;
  }

  async tell(progress: C["progress"]): Promise<void> {
    send<C>(this.#port, { id: this.#id, progress });
    this.#onTheWay++;
    while (this.#onTheWay >= MOST_ON_THE_WAY) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  taken(): void {
    this.#onTheWay--;
    this.#waiting.shift()?.();
  }
}
