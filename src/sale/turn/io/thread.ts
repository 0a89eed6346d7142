/* Thread that searches a round's entries for people who entered twice. */

import type { ThreadContract } from "../../../threads/protocol.ts";
import { serveThread } from "../../../threads/serve.ts";
import {
  DuplicateIndex,
  type FoundTurn,
  type TurnEntry,
} from "../../../integrity/duplicateIndex.ts";

/** A task: further entries of a round, in portions, and finally the question of who is in twice. */
export interface TurnTask {
  /** Sale and round. */
  readonly round: string;
  /** The round is sent again from its first window: the thread's knowledge of it is outdated. */
  readonly anew: boolean;
  readonly entries: readonly TurnEntry[];
  /** Null: more entries follow. */
  readonly find: { readonly apart: readonly string[] } | null;
}

export type TurnThread = ThreadContract<TurnTask, readonly FoundTurn[]>;

const rounds = new Map<string, { readonly book: DuplicateIndex; waiting: TurnEntry[] }>();

function answer({ round, anew, entries, find }: TurnTask): readonly FoundTurn[] {
  const known = (anew ? undefined : rounds.get(round)) ?? {
    book: new DuplicateIndex(),
    waiting: [],
  };
  rounds.set(round, known);
  for (const entry of entries) known.waiting.push(entry);
  if (find === null) return [];
  const { waiting } = known;
  known.waiting = [];
  return known.book.take(waiting, new Set(find.apart));
}

serveThread<TurnThread>(answer);
