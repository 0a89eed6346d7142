import { describe, expect, it } from "vitest";
import { OrderMaker } from "../../../src/crowd/orders.ts";
import { audit } from "../../../src/integrity/audit.ts";
import { auditBeside } from "../../../src/integrity/io/auditBeside.ts";
import { OrderTableBuilder } from "../../../src/integrity/table/orders.ts";

function tableOf(seed: number, count: number) {
  const builder = new OrderTableBuilder();
  for (const { order } of new OrderMaker(seed).make({ count, ringShare: 0.2 })) builder.add(order);
  const friends = Array.from({ length: count }, (_, row) =>
    row % 50 < 2 ? [`f${row % 500}`] : [],
  );
  return builder.build([{ name: "friend", grade: "strong", valuesOf: friends }]);
}

/* Large files are judged with a thread beside: what hangs together is found there. */

describe("an audit with a thread beside", () => {
  it("finds what an audit finds", async () => {
    for (const seed of [4, 5]) {
      const table = tableOf(seed, 4_000);
      const alone = audit(table);
      expect(alone.cases.length).toBeGreaterThan(10);
      expect(await auditBeside(table, {}, { fromOrders: 0 })).toEqual(alone);
    }
  });

  it("finds it, too, when the thread fails", async () => {
    const table = tableOf(6, 1_000);
    const broken = ["throw new Error('broken on purpose')", "/* ends and says nothing */"];
    for (const text of broken) {
      const threadFile = new URL(`data:text/javascript,${encodeURIComponent(text)}`);
      const beside = await auditBeside(table, {}, { fromOrders: 0, threadFile });
      expect(beside).toEqual(audit(table));
    }
  });

  it("holds the whole batch when a rule fails, on either side of the thread", async () => {
    const table = tableOf(7, 1_000);
    const fail = (): never => {
      throw new Error("broken on purpose");
    };
    const broken = {
      has: fail,
      size: 1,
      [Symbol.iterator]: fail,
    } as unknown as ReadonlySet<string>;
    for (const options of [
      { past: { rings: broken, genuine: new Set<string>() } },
      { apart: broken },
    ]) {
      const result = await auditBeside(table, options, { fromOrders: 0 });
      expect(result.fault).not.toBeNull();
      expect(result.verdicts.every(({ outcome }) => outcome === "hold")).toBe(true);
    }
  });
});
