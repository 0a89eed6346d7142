import { describe, expect, it } from "vitest";
import { findingsOf } from "../../../../src/cases/review/findings.ts";
import { SeededChance } from "../../../../src/crowd/chance.ts";
import { OrderMaker } from "../../../../src/crowd/orders.ts";
import { audit, SHIPPED_THRESHOLDS } from "../../../../src/integrity/audit.ts";
import { decisionsCsv } from "../../../../src/integrity/io/writeAudit.ts";
import { MemberIds } from "../../../../src/integrity/memberIds.ts";
import { caseDocument } from "../../../../src/integrity/report.ts";
import type { OrderRecord } from "../../../../src/integrity/table/orders.ts";
import { tableOf } from "../truth/tableOf.ts";

/* Orders that two kinds of ties lead to an opened case join it. Nothing else follows for them. */

const SALE_MS = Date.UTC(2021, 0, 26, 3);
const GATE = { district: "kelurahan melatisari", city: "bandung" };
const address = (at: number) =>
  [
    "jl pangeran antasari no 12",
    "Jln Pangeran Antasari No. 12",
    "jalan pangeran antasari nomor 12",
  ][at % 3] ?? "";

/** A ring of one device at one place, in one moment: what opens the case. */
const opened = Array.from({ length: 14 }, (_, at): OrderRecord => ({
  orderId: `ring-${at}`,
  orderedAtMs: SALE_MS + 100_000 + at * 300,
  channel: "own",
  account: `ring-account-${at}`,
  name: `orang ${"abcdefghijklmn"[at]}satu`,
  phone: `0813${10_000_103 + at * 1_000_000}`,
  address: address(at),
  ...GATE,
  deviceId: `ring-device-${at % 2}`,
  paymentId: `ring-payment-${at}`,
}));

/** An order on a channel that masks its number and tells no device. */
const masked = (id: string, change: Partial<OrderRecord> = {}): OrderRecord => ({
  orderId: id,
  orderedAtMs: SALE_MS + 101_000,
  channel: "akulaku",
  account: `account-${id}`,
  name: `nama ${id.replaceAll(/\d|-/g, "")}`,
  phone: "0877****551",
  address: address(1),
  ...GATE,
  paymentId: `payment-${id}`,
  ...change,
});

const chance = new SeededChance(3);
const genuine = new OrderMaker(31).make({ count: 1_500, ringShare: 0 }).map(({ order }) => order);
const joining = Array.from({ length: 6 }, (_, at) =>
  masked(`join-${at}`, { orderedAtMs: SALE_MS + 100_500 + at * 500 }),
);
const neighbours = Array.from({ length: 6 }, (_, at) =>
  masked(`neighbour-${at}`, {
    orderedAtMs: SALE_MS + 2_000 + at * 11_000,
    phone: `0856****${210 + at}`,
  }),
);
const elsewhere = Array.from({ length: 6 }, (_, at) =>
  masked(`elsewhere-${at}`, {
    orderedAtMs: SALE_MS + 100_500 + at * 500,
    address: `jl cokroaminoto dalam no ${at * 9 + 3}`,
    district: "kelurahan cempakajaya",
    city: "medan",
  }),
);
const orders = chance.shuffled([...genuine, ...opened, ...joining, ...neighbours, ...elsewhere]);
const table = tableOf(orders);
const result = audit(table, { thresholds: SHIPPED_THRESHOLDS });
const idOf = (row: number) => table.orderIds[row] ?? "";
const attachedIds = (of = result) =>
  of.cases.flatMap(({ attached }) => attached.map(({ row }) => idOf(row)));

describe("attached orders", () => {
  it("are those at the case's place in its moment; a neighbour of another hour and a stranger of that moment are none", () => {
    expect(attachedIds().filter((id) => id.startsWith("join-")).length).toBeGreaterThanOrEqual(3);
    expect(attachedIds().filter((id) => /neighbour|elsewhere/.test(id))).toEqual([]);
    const ties = result.cases
      .flatMap(({ attached }) => attached)
      .find(({ row }) => idOf(row) === "join-5");
    expect(ties?.ties).toEqual(["place", "ordered"]);
  });

  it("are judged as they would be without it: held or asked is none, and none is one of the case's orders", () => {
    const alone = audit(table, { thresholds: { ...SHIPPED_THRESHOLDS, weakKindsAsk: false } });
    for (const { attached, rows, caseNo } of result.cases) {
      for (const { row } of attached) {
        const { outcome, attachedTo, caseNo: own } = result.verdicts[row]!;
        expect([outcome, attachedTo, own]).toEqual([alone.verdicts[row]?.outcome, caseNo, -1]);
        expect([...rows]).not.toContain(row);
      }
    }
    expect(attachedIds(alone)).toEqual([]);
  });

  it("are told beside the case, with their ties, and in a column of their own", () => {
    const ids = new MemberIds(table, result);
    const one = result.cases.find(({ attached }) => attached.length > 0)!;
    const document = caseDocument(table, result, one, ids);
    const told = document.attached.find(({ order_id }) => order_id === "join-5");
    expect(told).toMatchObject({ outcome: "accept", ties: ["place", "ordered"] });
    expect(told?.because).toEqual({
      id: "tempat tujuan yang sama, pesanan masuk pada saat yang sama",
      en: "the same place, an order at the same moment",
    });
    const [head = "", ...lines] = decisionsCsv(table, result, [], ids).trimEnd().split("\n");
    expect(head.endsWith(",attached_to,attached_by,without_answer")).toBe(true);
    const line = lines.find((text) => text.startsWith("join-5,"));
    expect(line?.endsWith(`,${document.case_id},place ordered,`)).toBe(true);
    expect(lines.find((text) => text.startsWith("neighbour-2,"))?.endsWith(",,,")).toBe(true);
  });

  it("are no orders of the case at the close of a sale: nobody decides about them", () => {
    const found = findingsOf(table, result);
    const decided = found.flatMap((one) => one.orders.map(({ orderId }) => orderId));
    expect(decided.filter((id) => id.startsWith("ring-")).length).toBeGreaterThan(10);
    expect(decided.filter((id) => id.startsWith("join-"))).toEqual([]);
  });

  it("join by what a mask leaves of a number, where the case has that number twice", () => {
    const number = "081344312103";
    const two = [0, 1].map((at) => ({ ...opened[at]!, phone: number }));
    const change = (phone: string) =>
      audit(
        tableOf([
          ...genuine,
          ...two,
          ...opened.slice(2),
          masked("digits-1", { phone, orderedAtMs: SALE_MS + 2_000 }),
        ]),
        { thresholds: SHIPPED_THRESHOLDS },
      ).cases.flatMap(({ attached }) => attached);
    expect(change("0813****103")).toHaveLength(1);
    expect(change("0813****103")[0]?.ties).toEqual(["place", "phone"]);
    expect(change("0813****104")).toEqual([]);
  });
});
