/*
 * Changes through a new fit for orders that were answered before. New orders may speak against somebody; new knowledge of
 * the crowd alone must not, once she was answered.
 *
 * Must never happen: an order was accepted, nobody did anything since, and it is stopped all the same. A ring that only
 * the later fit shows goes through for that, which is the lesser mistake.
 */

import { must } from "../../base/assert.ts";

/** How an order was answered. */
export interface Answer {
  readonly outcome: "accept" | "step_up" | "hold";
  readonly isInCase: boolean;
}

/** A look at all orders, as far as it answers them. */
interface Look {
  readonly verdicts: readonly {
    readonly outcome: Answer["outcome"];
    /** -1 for none. */
    readonly caseNo: number;
    readonly score: { readonly bits: number };
  }[];
  readonly fault: string | null;
}

/** An order as it was judged once. */
export interface GivenAnswer extends Answer {
  readonly bits: number;
  /** The word of its fit alone, where the order stayed as an earlier one had answered it. */
  readonly withoutAnswer: Answer;
}

/** Answers by the rows of a table. */
export type GivenAnswers = ReadonlyMap<number, GivenAnswer>;

/** An order that is judged otherwise than it was answered. */
export interface AnswerChange {
  readonly row: number;
  readonly before: GivenAnswer;
  /** The same orders as now under the fit of then; null where that one is not known. */
  readonly underFitOfThen: (Answer & { readonly bits: number }) | null;
  readonly now: Answer & { readonly bits: number };
  /** The word of the fit of now, where the order stays as it was answered; null: the same. */
  readonly keptFrom: Answer | null;
}

const STRICTNESS: Readonly<Record<Answer["outcome"], number>> = { accept: 0, step_up: 1, hold: 3 };

/** A case weighs more than a question, and a hold most. */
const strictness = ({ outcome, isInCase }: Answer): number =>
  Math.max(STRICTNESS[outcome], isInCase ? 2 : 0);

const stricter = (a: Answer, b: Answer): Answer => (strictness(a) > strictness(b) ? a : b);

const answerAt = (result: Look, row: number) => {
  const { outcome, caseNo, score } = must(result.verdicts[row], "a verdict of each order");
  return { outcome, isInCase: caseNo >= 0, bits: score.bits };
};

/** Answers that stay, since the fit alone would make them stricter: as far as orders that came since say nothing else. */
export function staying(
  answers: GivenAnswers,
  underFitOfThen: Look,
  now: Look,
): Map<number, Answer> {
  const stays = new Map<number, Answer>();
  // Where a rule failed nobody knows what it would have said, and everybody waits.
  if (underFitOfThen.fault !== null || now.fault !== null) return stays;
  for (const [row, before] of answers) {
    const then = answerAt(underFitOfThen, row);
    const grown = strictness(then) > strictness(before.withoutAnswer);
    const { outcome, isInCase } = grown ? stricter(then, before) : before;
    const most = { outcome, isInCase };
    if (strictness(answerAt(now, row)) > strictness(most)) stays.set(row, most);
  }
  return stays;
}

/** Results of one look at orders that were answered before. */
export interface Looks {
  readonly underFitOfThen: Look | null;
  /** The word of the fit of now by itself. */
  readonly now: Look;
  /** The same with all answers that stay. */
  readonly result: Look;
}

/** All orders whose answer or bits are others now, in the order of their rows. */
export function changesOf(answers: GivenAnswers, looks: Looks): AnswerChange[] {
  const { underFitOfThen, now, result } = looks;
  return [...answers]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([row, before]): AnswerChange[] => {
      const is = answerAt(result, row);
      const alone = answerAt(now, row);
      const isKept = strictness(alone) > strictness(is);
      const isSame = strictness(is) === strictness(before) && sameBits(is.bits, before.bits);
      if (isSame && !isKept) return [];
      const then = underFitOfThen && answerAt(underFitOfThen, row);
      const { outcome, isInCase } = alone;
      const keptFrom = isKept ? { outcome, isInCase } : null;
      return [{ row, before, underFitOfThen: then, now: is, keptFrom }];
    });
}

/** Bits are written in thousandths. */
const sameBits = (a: number, b: number): boolean => Math.abs(a - b) < 0.0015;

/** How many orders changed, and whether new orders or the fit alone did it. */
export interface ChangeCounts {
  /** Another outcome, or into a case or out of one. */
  readonly answers: number;
  /** Of these, those that the fit alone changed: under the fit of then they would be as before. */
  readonly byFitAlone: number;
  /** Orders that the fit alone would answer more strictly, and that stay as they were. */
  readonly kept: number;
  /** Only the bits are others. */
  readonly bitsOnly: number;
}

export function changeCounts(changes: readonly AnswerChange[]): ChangeCounts {
  const isOther = ({ before, now }: AnswerChange) => strictness(before) !== strictness(now);
  const others = changes.filter(isOther);
  return {
    answers: others.length,
    byFitAlone: others.filter(
      ({ before, underFitOfThen }) =>
        underFitOfThen !== null && strictness(underFitOfThen) === strictness(before),
    ).length,
    kept: changes.filter(({ keptFrom }) => keptFrom !== null).length,
    bitsOnly: changes.filter((one) => !isOther(one) && one.keptFrom === null).length,
  };
}
