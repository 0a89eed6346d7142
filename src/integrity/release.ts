/*
 * The way to release an order: the smallest part of its evidence without which it is no case any more.
 *
 * Must never happen: a buyer does what is asked and the order stays where it is, or is asked for what she has done.
 */

import { asText, fillText, type Text } from "../base/language.ts";
import { opensCase, outcomeOf, type Thresholds } from "./audit.ts";
import type { Evidence } from "./evidence/evidence.ts";
import {
  ABOUT,
  AND,
  EXPLAIN,
  EXPLAIN_TO_A_PERSON,
  OWN_CONTACT,
  SHARED_CONTACT,
} from "./evidence/words.ts";
import { scoreOf, type Score } from "./score.ts";
import { signalOf } from "./signals/registered.ts";

/** The score without a part of its evidence: what was left out for its sake counts again. */
export function scoreWithout(score: Score, gone: ReadonlySet<string>, ringShare: number): Score {
  const rest = score.found.filter((one) => !gone.has(one.signal));
  return scoreOf(rest, ringShare, score.weakKindsAsk);
}

/** Whether an order would be let go: no case, and where it was only asked, no question either. */
function isReleased(score: Score, rest: Score, thresholds: Thresholds): boolean {
  if (opensCase(score, thresholds) || outcomeOf(score, thresholds) === "hold")
    return !opensCase(rest, thresholds) && outcomeOf(rest, thresholds) !== "hold";
  return outcomeOf(rest, thresholds) === "accept";
}

/** Sets of that many signals, those of the first names first. */
function chosen(names: readonly string[], size: number): (readonly string[])[] {
  if (size === 0) return [[]];
  return names.flatMap((name, at) =>
    chosen(names.slice(at + 1), size - 1).map((rest) => [name, ...rest]),
  );
}

/** Signals whose evidence a buyer can do something about come before those that she can only explain. */
function inOrder(a: Evidence, b: Evidence): number {
  const hasWay = (one: Evidence) => (signalOf(one.signal).texts.release === undefined ? 0 : 1);
  return hasWay(b) - hasWay(a) || b.bits - a.bits;
}

/** The smallest set of signals without which the order is let go; empty where nothing speaks against it. */
export function releasingSignals(score: Score, thresholds: Thresholds): readonly string[] {
  const speaking = score.evidence.filter(({ bits }) => bits > 0).toSorted(inOrder);
  const names = [...new Set(speaking.map(({ signal }) => signal))];
  if (outcomeOf(score, thresholds) === "accept" && !opensCase(score, thresholds)) return [];
  for (let size = 1; size <= names.length; size++) {
    for (const some of chosen(names, size)) {
      const rest = scoreWithout(score, new Set(some), thresholds.ringShare);
      if (isReleased(score, rest, thresholds)) return some;
    }
  }
  return names;
}

/** Steps that a buyer has taken already. */
export interface Done {
  /** She has answered a one-time code. */
  readonly code?: boolean;
}

const AFTER_CODE = new Map<Text, Text>([
  [OWN_CONTACT, SHARED_CONTACT],
  [EXPLAIN, EXPLAIN_TO_A_PERSON],
]);

/** The way to release an order, in words: every part of it is needed. */
export function releaseText(score: Score, thresholds: Thresholds, done: Done = {}): Text {
  const texts = releasingSignals(score, thresholds).map((name) => {
    const { release, title } = signalOf(name).texts;
    const text = release ?? EXPLAIN;
    const left = done.code === true ? (AFTER_CODE.get(text) ?? text) : text;
    return release === undefined ? about(left, title) : left;
  });
  const unique = [...new Map(texts.map((one) => [one.en, one])).values()];
  if (unique.length === 0) return done.code === true ? EXPLAIN_TO_A_PERSON : EXPLAIN;
  return asText((side) => unique.map((one) => one[side]).join(AND[side]));
}

const about = (way: Text, title: Text): Text =>
  asText((side) => fillText(ABOUT, { way: way[side], title: title[side] })[side]);
