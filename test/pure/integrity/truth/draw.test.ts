import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Papa from "papaparse";
import { afterAll, describe, expect, it, vi } from "vitest";
import { canonicalCsv } from "../../../../sim/exports.ts";
import { OrderMaker } from "../../../../src/crowd/orders.ts";
import { SeededChance } from "../../../../src/crowd/chance.ts";
import { runProgram } from "../../../../src/cli/program.ts";
import { audit } from "../../../../src/integrity/audit.ts";
import {
  capital,
  certifiedByStrata,
  certifiedThreshold,
  stratifiedCapital,
  type ClusterCount,
  type Stratum,
} from "../../../../src/integrity/bound.ts";
import { automaticRows, certificateOf, clustersOf } from "../../../../src/integrity/decided.ts";
import { drawClusters, toDecide, TO_DECIDE_HEADER } from "../../../../src/integrity/sample/draw.ts";
import { tableOf } from "./tableOf.ts";

/* Clusters drawn by strata: the promise holds, the list is blind, and nothing is gained by leaving orders out. */

const folder = mkdtempSync(join(tmpdir(), "giliran-draw-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the bound of a draw by strata", () => {
  const settings = { alpha: 0.01, delta: 0.05, holdsPerCase: 3 } as const;

  /** Made-up strata of which a little more is held wrongly than promised: to certify them is always wrong. */
  function strata(alpha: number): ClusterCount[][] {
    const plain = Array.from({ length: 4_000 }, (_, at) => ({ genuine: 1 + (at % 4), held: [0] }));
    const genuine = plain.reduce((sum, one) => sum + one.genuine, 0);
    const wrong = Math.ceil((1.05 * alpha * genuine) / 3);
    const strong = Array.from({ length: 300 }, (_, at) => ({
      genuine: at < wrong * 0.2 ? 3 : 0,
      held: [at < wrong * 0.2 ? 3 : 0],
    }));
    const doubtful = Array.from({ length: 600 }, (_, at) => ({
      genuine: at < wrong ? 5 : 0,
      held: [at < wrong ? 3 : 0],
    }));
    return [strong, doubtful, plain];
  }
  const rateOf = (all: readonly ClusterCount[]) =>
    all.reduce((sum, { held }) => sum + held[0]!, 0) /
    all.reduce((sum, { genuine }) => sum + genuine, 0);
  const drawnOf = (chance: SeededChance, all: readonly ClusterCount[][], counts: number[]) =>
    all.map((list, at): Stratum => {
      const drawn = chance.shuffled(list).slice(0, counts[at]);
      return { size: list.length, drawn, holdsFrom: at === 2 ? Infinity : 0 };
    });

  it("is broken in at most 5 % of 400 draws, where strata taken for one break it", () => {
    for (const alpha of [0.005, 0.01, 0.02]) {
      const all = strata(alpha);
      expect(rateOf(all.flat())).toBeGreaterThan(alpha);
      const chance = new SeededChance(Math.round(alpha * 1e5));
      const broken = { weighed: 0, alike: 0, point: 0 };
      for (let draw = 0; draw < 400; draw++) {
        // A third of the strong ones, a tenth of the doubtful ones, a half of the others.
        const drawn = drawnOf(chance, all, [100, 60, 2_000]);
        const together = drawn.flatMap((one) => one.drawn);
        const of = { ...settings, alpha };
        if (certifiedByStrata(drawn, of) >= 0) broken.weighed++;
        if (certifiedThreshold(together, of) >= 0) broken.alike++;
        if (rateOf(together) <= alpha) broken.point++;
      }
      expect({ alpha, held: broken.weighed / 400 <= 0.05 }).toEqual({ alpha, held: true });
      // The controls: strata that are not weighed, and the mere share of what was drawn.
      expect(broken.alike / 400).toBeGreaterThan(0.05);
      expect(broken.point / 400).toBeGreaterThan(0.5);
    }
  });

  it("is the plain one where each stratum was drawn alike", () => {
    const chance = new SeededChance(4);
    const drawn = drawnOf(chance, strata(0.01), [30, 60, 400]);
    const all = drawn.flatMap((one) => one.drawn);
    const counts = all.map(({ genuine, held }) => ({ genuine, held: held[0]! }));
    expect(stratifiedCapital(drawn, 0, settings)).toBeCloseTo(capital(counts, settings), 9);
  });

  it("certifies far sooner where the doubtful are looked at, and never with a stratum unseen", () => {
    const clean = (size: number, count: number, holdsFrom: number): Stratum => ({
      size,
      drawn: Array.from({ length: count }, () => ({ genuine: 1, held: [0] })),
      holdsFrom,
    });
    // Of 5,000 clusters, those 100 that can be held and 100 others.
    expect(certifiedByStrata([clean(100, 100, 0), clean(4_900, 100, Infinity)], settings)).toBe(0);
    const alike = Array.from({ length: 200 }, () => ({ genuine: 1, held: [0] }));
    expect(certifiedThreshold(alike, settings)).toBe(-1);
    expect(certifiedByStrata([clean(100, 0, 0), clean(4_900, 100, Infinity)], settings)).toBe(-1);
    // A stratum of which nothing was drawn, and nothing can be held, only helps less.
    expect(certifiedByStrata([clean(100, 100, 0), clean(4_900, 0, Infinity)], settings)).toBe(-1);
  });
});

describe("a draw", () => {
  const made = new OrderMaker(81).make({ count: 5_000, ringShare: 0.15 });
  const table = tableOf(made.map(({ order }) => order));
  const result = audit(table);
  const settings = { clusterCount: 150, seed: "Tanah Abang" };
  const draw = drawClusters(table, result, settings);
  const isRing = new Map(made.map(({ order, ring }) => [order.orderId, ring !== null]));
  const drawnIds = draw.bands
    .flatMap(({ drawn }) => drawn.flatMap(({ rows }) => rows))
    .map((row) => table.orderIds[row]!);
  const decided = drawnIds.map((orderId) => {
    return { orderId, genuine: !isRing.get(orderId)!, cluster: null };
  });
  const bitsOf = (certificate: ReturnType<typeof certificateOf>) =>
    certificate.certified.map(({ bits }) => bits);

  it("is the same for the same seed in whatever order the rows are, and another for another", () => {
    const list = toDecide(table, draw, settings);
    const mixed = tableOf(new SeededChance(9).shuffled(made).map(({ order }) => order));
    const again = drawClusters(mixed, audit(mixed), settings);
    expect(toDecide(mixed, again, settings)).toEqual(list);
    const other = { ...settings, seed: "Glodok" };
    expect(toDecide(table, drawClusters(table, result, other), other)).not.toEqual(list);
  });

  it("has clusters of each stratum, and of each all orders that may be held by themselves", () => {
    const { automaticFrom } = clustersOf(table, result);
    const counts = draw.bands.map(({ size, drawn }) => ({ size, drawn: drawn.length }));
    expect(counts.reduce((sum, one) => sum + one.drawn, 0)).toBe(150);
    for (const { size, drawn } of counts) expect(Math.min(size, 5)).toBeLessThanOrEqual(drawn);
    for (const { fromBits, drawn } of draw.bands) {
      for (const { rows } of drawn) {
        const most = Math.max(...rows.map((row) => automaticFrom[row]!));
        if (fromBits === null) expect(most).toBe(-Infinity);
        else expect(most).toBeGreaterThanOrEqual(fromBits);
        expect(rows.length).toBeLessThanOrEqual(12);
        expect(rows.filter((row) => automaticFrom[row]! > -Infinity).length).toBeLessThanOrEqual(3);
      }
    }
  });

  it("gives a list without any of the program's findings, in an order that is no finding either", () => {
    expect(TO_DECIDE_HEADER.join()).not.toMatch(/outcome|score|bits|case|reason|band|hold/);
    const list = toDecide(table, draw, settings);
    expect(list.every((line) => line.at(-1) === "")).toBe(true);
    // Doubtful clusters are spread over the list: their mean place is about the middle's.
    const places = list.flatMap((line, at) => (isRing.get(String(line[0]))! ? [at] : []));
    const mean = places.reduce((sum, at) => sum + at, 0) / places.length / list.length;
    expect(mean).toBeGreaterThan(0.2);
    expect(mean).toBeLessThan(0.8);
    expect(JSON.stringify(list)).not.toContain(made[0]!.order.phone ?? "no phone");
  });

  it("certifies with a fraction of the clusters that a plain draw takes", () => {
    const certificate = certificateOf(table, result, decided, draw);
    expect(certificate).toMatchObject({ clusters: 150, wrong: 0, undecided: 0, notDrawn: 0 });
    expect(bitsOf(certificate).every((bits) => bits !== null)).toBe(true);
    expect(bitsOf(certificateOf(table, result, decided))).toEqual([null, null, null]);
  });

  it("certifies nothing where the held are genuine, nor where they were left out", () => {
    const { automaticFrom } = clustersOf(table, result);
    const held = new Set(table.orderIds.filter((_, row) => automaticFrom[row]! > -Infinity));
    const wrong = decided.map((one) => (held.has(one.orderId) ? { ...one, genuine: true } : one));
    const found = certificateOf(table, result, wrong, draw);
    // Three of each of some twenty clusters: less than 2 % of all, but more than 1 %.
    expect(bitsOf(found).slice(0, 2)).toEqual([null, null]);
    expect(found.wrong).toBeGreaterThan(10);
    const silent = decided.filter(({ orderId }) => !held.has(orderId));
    const left = certificateOf(table, result, silent, draw);
    expect(bitsOf(left).slice(0, 2)).toEqual([null, null]);
    expect(left.undecided).toBe(decided.length - silent.length);
    // The control: without the draw nobody sees that they are missing, and nothing is wrong.
    expect(certificateOf(table, result, silent).wrong).toBe(0);
  });

  it("counts no decision about an order that was not drawn", () => {
    const drawn = new Set(drawnIds);
    const others = made
      .filter(({ order }) => !drawn.has(order.orderId))
      .slice(0, 500)
      .map(({ order }) => ({ orderId: order.orderId, genuine: true, cluster: null }));
    const certificate = certificateOf(table, result, [...decided, ...others], draw);
    expect(certificate.notDrawn).toBe(500);
    const { notDrawn: _, ...same } = certificateOf(table, result, decided, draw);
    expect(certificate).toMatchObject(same);
  });

  it("lets nobody be held by itself whom a person has found genuine", () => {
    const clusters = clustersOf(table, result);
    const certificate = certificateOf(table, result, decided, draw, clusters);
    const alpha = 0.005;
    const all = automaticRows(table, clusters, { certificate, decided, alpha });
    const one = decided.find(({ orderId }) => all.has(table.orderIds.indexOf(orderId)))!;
    const other = decided.map((each) => (each === one ? { ...each, genuine: true } : each));
    const rest = automaticRows(table, clusters, { certificate, decided: other, alpha });
    expect([...all].filter((row) => !rest.has(row))).toEqual([table.orderIds.indexOf(one.orderId)]);
    expect(rest.size).toBe(all.size - 1);
    expect(automaticRows(table, clusters, { certificate, decided, alpha: 0.001 }).size).toBe(0);
  });

  it("is written by the command once, and certifies when it is given back", async () => {
    const orders = join(folder, "orders.csv");
    writeFileSync(orders, canonicalCsv(made.map(({ order }) => order)));
    const runPlain = async (...more: string[]) => {
      const said: string[] = [];
      const spies = [process.stdout, process.stderr].map((stream) =>
        vi.spyOn(stream, "write").mockImplementation((text) => said.push(String(text)) > 0),
      );
      const argv = ["audit", orders, "--out", folder, ...more];
      const code = await runProgram(["node", "giliran", ...argv]);
      for (const spy of spies) spy.mockRestore();
      return { code, said: said.join("") };
    };
    const run = (...more: string[]) => runPlain("--draw", "150", "--seed", "x", ...more);
    const first = await run();
    expect(first.code).toBe(0);
    expect(first.said).toContain("of 150 clusters, drawn by lot");
    const list = join(folder, "to-decide.csv");
    const [header = "", ...lines] = readFileSync(list, "utf8").trimEnd().split("\n");
    expect(header).toBe(TO_DECIDE_HEADER.join());
    const filled = lines.map(
      (line) => `${line}${isRing.get(line.slice(0, line.indexOf(",")))! ? "ring" : "genuine"}`,
    );
    writeFileSync(list, [header, ...filled].join("\n"));
    // A second draw must not write over what people have filled in.
    expect(await run()).toMatchObject({ code: 2, said: expect.stringContaining("there already") });
    // The list says its own draw: nobody has to say it again, and another one is refused.
    const given = await runPlain("--decided", list);
    expect(given.said).toContain("150 clusters; 0 with a genuine order that would be held");
    expect(given.said).toMatch(
      /at most 0\.5 % of genuine orders held: certified from -?[\d.]+ bits/,
    );
    for (const other of [
      ["--seed", "y"],
      ["--draw", "100"],
    ]) {
      const refused = await runPlain("--decided", list, ...other);
      expect(refused).toMatchObject({ code: 2, said: expect.stringContaining("--seed x") });
    }
    const twoDraws = join(folder, "two-draws.csv");
    writeFileSync(twoDraws, readFileSync(list, "utf8").replace(",150 x,", ",100 x,"));
    expect(await runPlain("--decided", twoDraws)).toMatchObject({
      code: 2,
      said: expect.stringContaining("of two draws"),
    });
    const bad = ["audit", orders, "--out", folder, "--draw", "some"];
    expect(await runProgram(["node", "giliran", ...bad])).toBe(2);

    const automaticIn = () =>
      Papa.parse<Record<string, string>>(readFileSync(join(folder, "decisions.csv"), "utf8"), {
        header: true,
        skipEmptyLines: true,
      }).data.filter(({ automatic }) => automatic !== "no");
    expect(automaticIn()).toEqual([]);
    const promised = await run("--decided", list, "--promise", "0.5");
    const rows = automaticIn();
    expect(promised.said).toContain(`${rows.length} orders may be held by themselves at 0.5 %`);
    expect(rows.length).toBeGreaterThan(20);
    expect([...new Set(rows.map((row) => `${row.automatic} ${row.outcome}`))]).toEqual([
      "yes hold",
    ]);
    const { of } = clustersOf(table, result);
    const rowOf = new Map(table.orderIds.map((id, row) => [id, row]));
    const clusters = Map.groupBy(rows, ({ order_id }) => of(rowOf.get(order_id!)!));
    for (const members of clusters.values()) expect(members.length).toBeLessThanOrEqual(3);
    expect(await run("--promise", "0.5")).toMatchObject({
      code: 2,
      said: expect.stringContaining("--promise wants --decided"),
    });
    expect(await run("--decided", list, "--promise", "0.7")).toMatchObject({ code: 2 });
  }, 120_000);
});
