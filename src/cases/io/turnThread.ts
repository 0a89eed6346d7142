import { parentPort } from "node:worker_threads";
import { TurnBook, type FoundTurn, type TurnEntry } from "../../integrity/turnBook.ts";

/** What is asked of the thread: entries of a round that it does not know, by and by, and then who is in twice. */
export interface TurnTask {
  readonly id: number;
  /** Sale and round. */
  readonly round: string;
  /** The round is told from its first window on: what the thread knows of it is no longer true. */
  readonly anew: boolean;
  readonly entries: readonly TurnEntry[];
  /** Null: more entries follow. */
  readonly find: { readonly apart: readonly string[] } | null;
}

export interface TurnAnswer {
  readonly id: number;
  readonly found: readonly FoundTurn[];
}

const rounds = new Map<string, { readonly book: TurnBook; waiting: TurnEntry[] }>();

function answer({ id, round, anew, entries, find }: TurnTask): TurnAnswer {
  const known = (anew ? undefined : rounds.get(round)) ?? { book: new TurnBook(), waiting: [] };
  rounds.set(round, known);
  for (const entry of entries) known.waiting.push(entry);
  if (find === null) return { id, found: [] };
  const { waiting } = known;
  known.waiting = [];
  return { id, found: known.book.take(waiting, new Set(find.apart)) };
}

parentPort?.on("message", (task: TurnTask) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort!.postMessage(answer(task));
});
