/*
 * The decisions made in this tab, newest last. List and case page share them: `u` takes back the
 * last one, wherever it was made and whichever row is marked now.
 */

import { useSyncExternalStore } from "react";
import type { reviewRoutes } from "../../../src/api/caseRoutes.ts";
import { post, type Act, type Answer } from "../ui/api.ts";
import { Button } from "../ui/button.tsx";
import { fill, speak } from "../ui/say.ts";
import { CASES_WORDS } from "./words.ts";

const words = speak(CASES_WORDS);

type CaseKey = Pick<Answer<typeof reviewRoutes.decideCase>, "sale" | "caseNo">;

/** A decision of this tab. */
interface Decided extends CaseKey {
  readonly verdict: "cancel" | "release";
}

let made: readonly Decided[] = [];
const watchers = new Set<() => void>();

function change(next: readonly Decided[]): void {
  made = next;
  for (const tell of watchers) tell();
}

/** Whether a decision is about that case. */
export const isOf = (key: CaseKey) => (one: CaseKey | null) =>
  one !== null && one.caseNo === key.caseNo && one.sale === key.sale;

/** Sends a decision and remembers it. */
export async function decideCase(
  { sale, caseNo }: CaseKey,
  content: Pick<Decided, "verdict"> & {
    readonly version: number;
    readonly except?: readonly string[];
  },
): Promise<void> {
  const path = `/v1/operator/sales/${sale}/cases/${caseNo}/decision`;
  await post(path, content);
  const decided = { sale, caseNo, verdict: content.verdict };
  change([...made.filter((one) => !isOf(decided)(one)), decided]);
}

/**
 * Takes a decision back. It is forgotten also where the server refuses, or each further press would
 * meet the same refusal.
 */
export async function undoCase(key: CaseKey): Promise<void> {
  try {
    await post(`/v1/operator/sales/${key.sale}/cases/${key.caseNo}/undo`);
  } finally {
    change(made.filter((one) => !isOf(key)(one)));
  }
}

/** The last decision of this tab that was not taken back; null without one. */
export function useLastDecided(): Decided | null {
  const watch = (tell: () => void) => {
    watchers.add(tell);
    return () => watchers.delete(tell);
  };
  return useSyncExternalStore(watch, () => made).at(-1) ?? null;
}

/** Says what was decided last, and takes it back. */
export function DecidedToast({ act }: { readonly act: Act }) {
  const last = useLastDecided();
  return (
    <div role="status">
      {last && (
        <div className="toast">
          <span>
            {fill(words.decidedToast, {
              n: `${last.sale} #${last.caseNo}`,
              verdict: words.verdicts[last.verdict],
            })}
          </span>
          <Button small kind="quiet" keys="u" onClick={() => void act.run(() => undoCase(last))}>
            {words.undo}
          </Button>
        </div>
      )}
    </div>
  );
}
