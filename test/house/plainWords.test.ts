/*
 * Plain words: every module opens with what it is for, and texts use the field's terms. A forbidden
 * phrase fails with the phrase to use instead.
 */

import { parseSync } from "oxc-parser";
import { describe, expect, it } from "vitest";
import { documents } from "./documents.ts";
import { files, text } from "./tree.ts";

/** Texts beside their screens: they need no introduction. */
const IS_WORDS = /(^|\/)\w*[wW]ords\.tsx?$/;

interface Rule {
  readonly phrase: RegExp;
  readonly instead: string;
  /** A text that the phrase must be found in. */
  readonly planted: string;
}

const PHRASES: readonly Rule[] = [
  { phrase: /\bcome again\b/i, instead: "retry", planted: "They are asked to come again." },
  { phrase: /\bpatience\b/i, instead: "timeout", planted: "Its patience is five seconds." },
  { phrase: /\bin a circle\b/i, instead: "deadlock", planted: "Both wait in a circle." },
  { phrase: /\bdear(er|est)?\b/i, instead: "slow, costly", planted: "It goes the dear way." },
  { phrase: /\bspoil(s|t|ed)?\b/i, instead: "fail", planted: "One spoils the batch." },
  { phrase: /\bsieve\b/i, instead: "Bloom filter", planted: "The sieve knows it." },
  { phrase: /\bfront door\b/i, instead: "fast path", planted: "Joins use the front door." },
  { phrase: /\bmouths?\b/i, instead: "audience", planted: "Every mouth says the same." },
  { phrase: /\bpostman\b/i, instead: "message sender", planted: "The postman is stopped." },
  { phrase: /\bthe judge\b/i, instead: "the scorer", planted: "The judge is a thread." },
  { phrase: /\bcorpse\b/i, instead: "zombie", planted: "Its corpse keeps the number." },
  { phrase: /\banew\b/i, instead: "again", planted: "The index is made anew." },
  { phrase: /\bfor want of\b/i, instead: "for lack of", planted: "It ends for want of memory." },
  { phrase: /\bby and by\b/i, instead: "gradually", planted: "Rows are read by and by." },
  {
    phrase: /\b(nothing|nobody|none) but\b/i,
    instead: "only",
    planted: "A body may hold nothing but a number.",
  },
  {
    phrase: /\bnot un(?!i|til|der|do|less)\w+/i,
    instead: "the positive word, without a doubled negation",
    planted: "The order is not unknown.",
  },
  {
    // A question is no clause: "Who may enter?"
    phrase: /(?:^|[.:;] )(?:Who|Whoever|What|Whatever)\b(?=,? \w)[^.?]*(?=[.]|$)/,
    instead: "a noun as the subject",
    planted: "It is right. Who asks later waits for the first.",
  },
];

/** Old names and the names that replaced them. */
const NAMES: Readonly<Record<string, string>> = {
  KeySieve: "BloomFilter",
  RowQueue: "KeyedMutex",
  FrontDoor: "FastPath",
  Postman: "MessageSender",
  OrderJudge: "OrderScorer",
  TurnBook: "DuplicateIndex",
  goOn: "mapUnlessRefused",
  keepable: "wellFormedText",
  patienceMs: "timeoutMs",
  presentMouths: "presentAllAudiences",
  runTogether: "runBatchOnce",
  houseRoutes: "staffRoutes",
  deskRoutes: "searchRoutes, deliveryRoutes",
};

/** What a text says wrong, each with the words to use. */
function forbidden(prose: string): string[] {
  return PHRASES.flatMap(({ phrase, instead }) => {
    const found = phrase.exec(prose);
    return found ? [`"${found[0].trim()}": use ${instead}`] : [];
  });
}

/** Comments of a source as paragraphs; lines that follow each other are one. */
function comments(source: string, file = "planted.ts"): string[] {
  const joined: { value: string; end: number; isLine: boolean }[] = [];
  for (const { type, value, start, end } of parseSync(file, source).comments) {
    const last = joined.at(-1);
    const isLine = type === "Line";
    if (isLine && last?.isLine && /^\n\s*$/.test(source.slice(last.end, start))) {
      joined[joined.length - 1] = { value: `${last.value}\n${value}`, end, isLine };
    } else joined.push({ value, end, isLine });
  }
  return joined.flatMap(({ value }) => paragraphs(value.replace(/^\s*\*+ ?/gm, "")));
}

const paragraphs = (prose: string) =>
  prose.split(/\n\s*\n/).map((one) => one.replace(/\s*\n\s*/g, " ").trim());

/** Sentences of a document: without code, headings (also at the start of a line) and marks. */
function sentences(markdown: string): string[] {
  const prose = markdown
    .replace(/```[^]*?```/g, "")
    .replace(/`[^`\n]*`/g, "x")
    .replace(/^#.*$/gm, "")
    .replace(/^([*-] |\d+\. )?\*\*[^*]*\*\*/gm, "");
  return prose.split(/\n\s*\n|\n(?=[*-] )|\||\*\*/).map((one) =>
    one
      .replace(/^[*-] /, "")
      .replace(/\s*\n\s*/g, " ")
      .trim(),
  );
}

/** Without the table that repeats the titles of refusals, which are texts to people. */
const ours = documents.filter((name) => name !== "docs/reference/errors.md");

const opens = (source: string) => /^(#!.*\n)?\s*\/[*/]/.test(source);
const isModule = (file: string) => /^(src|web)\//.test(file) && !IS_WORDS.test(file);
const findings = (file: string) =>
  comments(text(file), file).flatMap((one) => forbidden(one).map((what) => `${file}: ${what}`));

describe("plain words", () => {
  it("open every module: what it is for, and what must never happen", () => {
    const mute = files.filter((file) => isModule(file) && !opens(text(file)));
    expect(mute, "begin the file with a comment, before its imports").toEqual([]);
  });

  it("a module that opens with code is seen", () => {
    expect(opens('import { a } from "./a.ts";\n/* What for. */')).toBe(false);
    expect(opens("/* What for. */\n\nimport")).toBe(true);
    expect(opens("#!/usr/bin/env node\n// What for.\n")).toBe(true);
    expect(files.filter((file) => isModule(file)).length).toBeGreaterThan(350);
  });

  it("are used in comments", () => {
    const own = files.filter((file) => file !== "test/house/plainWords.test.ts");
    expect(own.flatMap(findings)).toEqual([]);
  });

  it("are used in documents", () => {
    const found = ours.flatMap((file) =>
      sentences(text(file)).flatMap((one) => forbidden(one).map((what) => `${file}: ${what}`)),
    );
    expect(found).toEqual([]);
  });

  it("are used in names", () => {
    for (const file of files) {
      if (file === "test/house/plainWords.test.ts") continue;
      for (const [old, instead] of Object.entries(NAMES)) {
        expect(text(file), `${file}: use ${instead}`).not.toMatch(new RegExp(`\\b${old}\\b`));
      }
    }
  });

  it("each forbidden phrase is seen, in a comment and in a document, with its replacement", () => {
    for (const { instead, planted } of PHRASES) {
      expect(forbidden(planted), planted).toEqual([expect.stringContaining(`use ${instead}`)]);
      const wrapped = planted.replace(" ", "\n * ");
      expect(comments(`/**\n * ${wrapped}\n */\nconst a = 1;`).flatMap(forbidden)).toHaveLength(1);
      expect(comments(`f();\n// ${planted}\n`).flatMap(forbidden)).toHaveLength(1);
      expect(sentences(`# A\n\n* ${planted}\n`).flatMap(forbidden)).toHaveLength(1);
    }
  });

  it("questions, headings and code are left alone", () => {
    expect(forbidden("Who may enter? Everybody.")).toEqual([]);
    expect(sentences("## What it cannot show\n\n`come again`\n").flatMap(forbidden)).toEqual([]);
    expect(comments('const a = "come again";').flatMap(forbidden)).toEqual([]);
  });
});
