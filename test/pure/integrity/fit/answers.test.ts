import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Papa from "papaparse";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { SeededChance } from "../../../../src/crowd/chance.ts";
import { runProgram } from "../../../../src/cli/program.ts";

/*
 * A new fit takes back no answer, and its changes are listed. Five accounts on one phone are asked in a sale of 150; of
 * 9,000 further orders nobody shares a phone, so the fit of then would hold them. They did nothing since.
 */

const folder = mkdtempSync(join(tmpdir(), "giliran-answers-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

interface Order {
  readonly order_id: string;
  readonly account: string;
  readonly device_id: string;
  readonly at: number;
}

const chance = new SeededChance(5);
const crowd = (from: number, count: number): Order[] =>
  Array.from({ length: count }, (_, n) => ({
    order_id: `o${from + n}`,
    account: `a${from + n}`,
    device_id: `d${from + n}-x${n % 7}`,
    at: chance.below(3_600_000),
  }));
const onOnePhone = (from: number, count: number): Order[] =>
  Array.from({ length: count }, (_, n) => ({
    order_id: `g${from + n}`,
    account: `g${from + n}`,
    device_id: "one-phone-7",
    // Later ones come in one moment.
    at: 100_000 + (from > 0 ? 300_000 + n * 500 : n * 150_000),
  }));

const EARLY = [...crowd(0, 150), ...onOnePhone(0, 5)];
const LATER = crowd(1_000, 9_000);

type Line = Record<string, string>;

async function audit(orders: readonly Order[], previous?: string) {
  const out = mkdtempSync(join(folder, "out-"));
  const path = join(folder, "orders.csv");
  const rows = orders.map(({ at, ...order }) => ({
    ...order,
    ordered_at: new Date(Date.UTC(2026, 10, 11) + at).toISOString(),
  }));
  writeFileSync(path, Papa.unparse(rows));
  const said: string[] = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, "write").mockImplementation((text) => said.push(String(text)) > 0);
  const more = previous === undefined ? [] : ["--previous", previous];
  await runProgram(["node", "giliran", "audit", path, "--out", out, ...more]);
  vi.restoreAllMocks();
  const read = (name: string) =>
    Papa.parse<Line>(readFileSync(join(out, name), "utf8"), { header: true, skipEmptyLines: true })
      .data;
  const page = readFileSync(join(out, "report.html"), "utf8");
  const group = read("decisions.csv").filter((line) => line.order_id?.startsWith("g"));
  return {
    said: said.join(""),
    page,
    decisions: join(out, "decisions.csv"),
    cases: readFileSync(join(out, "cases.json"), "utf8"),
    group,
    outcomes: group.map((line) => line.outcome),
    kept: group.map((line) => line.without_answer),
    changes: previous === undefined ? [] : read("changes.csv"),
  };
}

const five = (text: string) => Array.from({ length: 5 }, () => text);

describe("a new fit", () => {
  it("lists what it changes, and leaves an answered order as it was answered", async () => {
    const first = await audit(EARLY);
    expect(first.outcomes).toEqual(five("step-up"));
    // The control: without the answers of then all five are held.
    const alone = await audit([...EARLY, ...LATER]);
    expect(alone.outcomes).toEqual(five("hold"));
    expect(alone.kept).toEqual(five(""));

    const later = await audit([...EARLY, ...LATER], first.decisions);
    expect(later.outcomes).toEqual(five("step-up"));
    expect(later.kept).toEqual(five("hold"));
    expect(later.group.map((line) => line.score)).toEqual(alone.group.map((line) => line.score));
    expect(later.cases).not.toContain('"g0"');
    const listed = later.changes.filter((line) => line.order_id?.startsWith("g"));
    expect(listed).toHaveLength(5);
    for (const line of listed) {
      expect(line).toMatchObject({
        outcome_before: "step-up",
        outcome_under_last_fit: "step-up",
        outcome: "step-up",
        kept_from: "hold",
        last_fit_digest: first.group[0]?.fit_digest,
        fit_digest: later.group[0]?.fit_digest,
      });
      expect(Number(line.score)).toBeGreaterThan(Number(line.score_before) + 1);
      expect(Math.abs(Number(line.score_under_last_fit) - Number(line.score_before))).toBeLessThan(
        0.5,
      );
    }
    expect(later.said).toMatch(/5 would by the fit alone, and stay as answered/);
    expect(later.page).toContain("5 orders stay as they were answered.");
    expect(later.page).toContain("5 pesanan tetap seperti jawaban semula.");
    expect(later.page).toContain("9,155 orders; SHA-256:");
  });

  it("takes no answer back in the run after the next either", async () => {
    const first = await audit(EARLY);
    const second = await audit([...EARLY, ...LATER], first.decisions);
    const third = await audit([...EARLY, ...LATER, ...crowd(20_000, 500)], second.decisions);
    expect(third.outcomes).toEqual(five("step-up"));
    expect(third.kept).toEqual(five("hold"));
  });

  it("does not keep what further orders speak against", async () => {
    const first = await audit(EARLY);
    const more = await audit([...EARLY, ...LATER, ...onOnePhone(5, 7)], first.decisions);
    // Those of the new moment; the others keep their answer.
    const held = more.group.filter((line) => line.outcome === "hold");
    expect(held.map((line) => line.order_id).slice(0, 2)).toEqual(["g10", "g11"]);
    expect(held.every((line) => line.without_answer === "")).toBe(true);
    expect(more.changes.find((line) => line.order_id === "g2")).toMatchObject({
      outcome_before: "step-up",
      outcome_under_last_fit: "case",
      outcome: "case",
      kept_from: "",
    });
  });

  it("says so where the fit of then cannot be learned again, and keeps nothing for it", async () => {
    const first = await audit(EARLY);
    const missing = await audit([...EARLY.slice(1), ...LATER], first.decisions);
    expect(missing.outcomes).toEqual(five("hold"));
    expect(missing.said).toMatch(/last run's fit cannot be learned again/);
    const listed = missing.changes.find((line) => line.order_id === "g0");
    expect(listed).toMatchObject({ outcome_before: "step-up", outcome: "hold" });
    expect(listed?.outcome_under_last_fit).toBe("");
  });

  it("the same files again change nothing", async () => {
    const first = await audit(EARLY);
    const again = await audit(EARLY.toReversed(), first.decisions);
    expect(again.changes).toEqual([]);
    expect(again.said).toMatch(/Of the last run 0 orders changed, 0 of them by the fit alone/);
  });
});
