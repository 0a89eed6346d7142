import { expect, it } from "vitest";
import { EventIndex } from "../../../../src/integrity/eventIndex.ts";
import { SHIPPED_THRESHOLDS } from "../../../../src/integrity/audit.ts";
import type { OrderRecord } from "../../../../src/integrity/table/orders.ts";

const thresholds = { ...SHIPPED_THRESHOLDS, unitsPerPersonCount: 1 };

/** Orders of strangers, and between them those of one device and address. */
function crowd(): { orders: OrderRecord[]; ring: number[] } {
  const ring: number[] = [];
  const orders = Array.from({ length: 90 }, (_, row): OrderRecord => {
    const isRing = row % 10 === 5;
    if (isRing) ring.push(row);
    const letter = String.fromCodePoint(97 + (row % 26));
    return {
      orderId: `o${row}`,
      account: `a${row}`,
      channel: "shop",
      orderedAtMs: 1_600_000_000_000 + row * 1_000,
      name: `Pembeli ${letter}u${letter}${row % 7}`,
      deviceId: isRing ? "device-of-all" : `device-${row * 7_919}`,
      address: isRing ? "Gudang Cigondewah blok F no 7" : `Jalan Dago ${row * 3}`,
      district: "Coblong",
    };
  });
  return { orders, ring };
}

function judged(leave: (index: EventIndex, ring: readonly number[]) => void) {
  const { orders, ring } = crowd();
  const index = new EventIndex({ thresholds });
  for (const order of orders) index.add(order);
  leave(index, ring);
  return index.judge(ring.at(-1)!).score.evidence.map(({ signal }) => signal);
}

it("orders that take no unit say nothing about others, until they take one again", () => {
  const before = judged(() => undefined);
  expect(before).toContain("shared_device");
  const leaving = (index: EventIndex, ring: readonly number[], units: number) => {
    for (const row of ring.slice(0, -1)) index.setUnits({ row, units });
  };
  expect(judged((index, ring) => leaving(index, ring, 0))).not.toContain("shared_device");
  const back = judged((index, ring) => {
    leaving(index, ring, 0);
    leaving(index, ring, 1);
  });
  expect(back).toEqual(before);
});

it("a fit that an order did not wait for is made before the next one", () => {
  const { orders } = crowd();
  const many = [...orders, ...orders.map((one) => ({ ...one, orderId: `${one.orderId} again` }))];
  const [waiting, answering] = [new EventIndex({ thresholds }), new EventIndex({ thresholds })];
  // The first fit is made at 125 orders.
  const late = many.filter((order) => {
    waiting.add(order);
    answering.put(order);
    return answering.fit.digest !== waiting.fit.digest;
  });
  expect(late).toEqual([many[124]]);
  expect(answering.fit.digest).toBe(waiting.fit.digest);
  expect(many.map((_, row) => answering.judge(row).score.bits)).toEqual(
    many.map((_, row) => waiting.judge(row).score.bits),
  );
});
