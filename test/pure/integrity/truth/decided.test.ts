import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { OrderMaker } from "../../../../src/crowd/orders.ts";
import { audit } from "../../../../src/integrity/audit.ts";
import { certificateOf, type DecidedOrder } from "../../../../src/integrity/decided.ts";
import { readDecided } from "../../../../src/integrity/io/readDecided.ts";
import { tableOf } from "./tableOf.ts";

const folder = mkdtempSync(join(tmpdir(), "giliran-decided-"));
afterAll(() => rmSync(folder, { recursive: true }));

/* The bound that orders decided by people certify: counted by cluster, at most three holds a case. */

const made = new OrderMaker(81).make({ count: 5_000, ringShare: 0.15 });
const table = tableOf(made.map(({ order }) => order));
const result = audit(table);
const decided = (flip: (row: number) => boolean = () => false): DecidedOrder[] =>
  made.map(({ order, ring, household }, row) => ({
    orderId: order.orderId,
    genuine: (ring === null) !== flip(row),
    cluster: household,
  }));

describe("decided orders", () => {
  it("certify where genuine ones are not held, stricter promises from more bits on", () => {
    const { certified, clusters, genuine, orders } = certificateOf(table, result, decided());
    expect(orders).toBe(made.length);
    expect(genuine).toBe(made.filter(({ ring }) => ring === null).length);
    expect(clusters).toBe(new Set(made.map(({ household }) => household)).size);
    const [half, one, two] = certified.map(({ bits }) => bits ?? Infinity);
    expect(two).toBeLessThanOrEqual(one!);
    expect(one).toBeLessThanOrEqual(half!);
    expect(two).toBeLessThan(Infinity);
  });

  it("certify nothing where the held are genuine, or too few were decided", () => {
    const isHeld = (row: number) => result.verdicts[row]!.outcome === "hold";
    const wrong = certificateOf(
      table,
      result,
      decided((row) => isHeld(row) && made[row]!.ring !== null),
    );
    expect(wrong.certified[0]?.bits ?? 12).toBeGreaterThan(8);
    const few = certificateOf(table, result, decided().slice(0, 300));
    expect(few.certified.map(({ bits }) => bits)).toEqual([null, null, null]);
    expect(few.certified.map(({ clustersNeeded }) => clustersNeeded)).toEqual([3_103, 1_540, 774]);
  });

  it("count as one cluster where they hang together and the file names none", () => {
    const unnamed = decided().map((one) => ({ ...one, cluster: null }));
    const { clusters } = certificateOf(table, result, unnamed);
    expect(clusters).toBeLessThan(5_000);
    expect(clusters).toBeGreaterThan(1_000);
  });

  it("are read from a file, which says where it cannot be", () => {
    const path = join(folder, "decided.csv");
    writeFileSync(path, "order_id,genuine,cluster\na,yes,kost\nb,NO,\n");
    expect(readDecided(path)).toEqual([
      { orderId: "a", genuine: true, cluster: "kost" },
      { orderId: "b", genuine: false, cluster: null },
    ]);
    writeFileSync(path, "order_id,genuine\na,yes\nb,maybe\n");
    expect(() => readDecided(path)).toThrow("row 3");
    writeFileSync(path, "id,genuine\na,yes\n");
    expect(() => readDecided(path)).toThrow("no column order_id");
  });
});
