import { describe, expect, it } from "vitest";
import {
  EDITION_EVERY_MS,
  isNextDue,
  statementDigest,
  statementOf,
  type StatementCounts,
} from "../../../src/cases/batch/statement.ts";

const about = {
  batchId: "b-1",
  sale: "poco-m3",
  policy: { name: "giliran-1-per-person", version: 1, digest: "f".repeat(64) },
};
const counts = (change: Partial<StatementCounts> = {}): StatementCounts => ({
  ...{ cancelled: 12, accounts: 11, kept: 12, letGo: 0, wrong: 0, final: 0, unreached: 0 },
  ...change,
});
const published = (document: ReturnType<typeof statementOf>) => ({ document, publishedAtMs: 0 });

describe("the public statement about a batch", () => {
  it("says only what there is, in both languages, and counts nobody by name", () => {
    const { text } = statementOf(about, counts());
    expect(text.en).toContain("12 orders of 11 accounts were cancelled");
    expect(text.en).toContain("12 units are held");
    expect(text.en).not.toMatch(/wrong|stand\b|delivered|wait for an answer/);
    const all = statementOf(about, counts({ kept: 3, letGo: 2, wrong: 4, final: 3, unreached: 1 }));
    for (const said of ["3 units", "2 buyers", "4 decisions were wrong", "3 decisions stand"]) {
      expect(all.text.en).toContain(said);
    }
    for (const said of ["3 unit", "2 pembeli", "4 keputusan", "3 keputusan", "1 pemberitahuan"]) {
      expect(all.text.id).toContain(said);
    }
    expect(all.text.id).not.toMatch(/\{\w+\}/);
  });

  it("has a digest over all of it", () => {
    const one = statementDigest(statementOf(about, counts()));
    expect(one).toMatch(/^[0-9a-f]{64}$/);
    expect(statementDigest(statementOf(about, counts({ wrong: 1 })))).not.toBe(one);
    expect(statementDigest(statementOf({ ...about, sale: "other" }, counts()))).not.toBe(one);
  });

  it("comes once, again when it has changed, a day later or when the last dispute has ended", () => {
    const first = statementOf(about, counts());
    expect(isNextDue(null, first, 0)).toBe(true);
    expect(isNextDue(published(first), first, 10 * EDITION_EVERY_MS)).toBe(false);
    const changed = statementOf(about, counts({ kept: 11, wrong: 1 }));
    expect(isNextDue(published(first), changed, EDITION_EVERY_MS - 1)).toBe(false);
    expect(isNextDue(published(first), changed, EDITION_EVERY_MS)).toBe(true);
    const waiting = statementOf(about, counts({ kept: 0, letGo: 1, final: 11 }));
    expect(isNextDue(published(first), waiting, 1)).toBe(false);
    const over = statementOf(about, counts({ kept: 0, wrong: 1, final: 11 }));
    expect(isNextDue(published(first), over, 1)).toBe(true);
  });
});
