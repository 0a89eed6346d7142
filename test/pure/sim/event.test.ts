import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { eventCsv } from "../../../sim/event/eventCsv.ts";
import type { EventOrder } from "../../../sim/event/eventOrder.ts";
import { GENUINE_KINDS } from "../../../sim/event/genuine.ts";
import { EVENT_RING_STYLES, makeEvent } from "../../../sim/event/makeEvent.ts";
import { tiedBy } from "../../../sim/event/ties.ts";
import { SALE_MS } from "../../../sim/event/times.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const COUNT = 4_000;
const events = new Map([1, 2, 3, 4].map((seed) => [seed, makeEvent({ seed, count: COUNT })]));
const orders = events.get(1)!;
const standing = orders.filter(({ apart }) => apart === undefined);
const share = (of: readonly EventOrder[], is: (one: EventOrder) => boolean) =>
  of.filter(is).length / of.length;

describe("the made-up event", () => {
  it("is frozen: each seed gives the same file and the same truth", () => {
    const digests = [...events].map(([seed, made]) => {
      const truth = made.map(({ order, beside: _, ...label }) => ({ id: order.orderId, ...label }));
      return `${seed} ${sha256(eventCsv(made) + JSON.stringify(truth))}`;
    });
    // Figures of different days can be compared because nothing here changes. After a change all is to be measured again.
    expect(digests).toEqual([
      "1 03dd372a00a0f60706830bbe40b620885ca7e27c5b7d538f43dac290dd9d5c21",
      "2 48f455b0132c97a40c354c47d30ce5529a6b2b4bf72fb854c9fb01e34077f4dd",
      "3 2706ffbf665146c6bb865903512cdb9f55de01ae0ec666edec70f62edc1793fc",
      "4 9c60c60233a8ccc64e6ff6cdd4d6e06da4a6fff2ee1ec11ff6b3ffbe6e51742a",
    ]);
  });

  it("has its size, and its share of rings, small ones and large ones", () => {
    expect(orders.length).toBeGreaterThanOrEqual(COUNT);
    expect(orders.length).toBeLessThan(COUNT + 150);
    expect(share(orders, ({ ring }) => ring !== null)).toBeGreaterThan(0.12);
    expect(share(orders, ({ ring }) => ring !== null)).toBeLessThan(0.17);
    const all = [...events.values()].flatMap((made, nth) =>
      made.filter(({ ring }) => ring !== null).map(({ ring }) => `${nth} ${ring}`),
    );
    const sizes = [...Map.groupBy(all, (ring) => ring).values()].map(({ length }) => length);
    expect(Math.min(...sizes)).toBe(5);
    expect(Math.max(...sizes)).toBeGreaterThan(60);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(120);
    expect(new Set(orders.map(({ order }) => order.orderId)).size).toBe(orders.length);
    const none = makeEvent({ seed: 5, count: 500, ringShare: 0 });
    expect(none.every(({ ring, tiedBy: tied }) => ring === null && tied === null)).toBe(true);
  });

  it("has every style, every kind, and rings tied by two things, by one, and by weak ones only", () => {
    const all = [...events.values()].flat();
    expect(new Set(all.flatMap(({ style }) => style ?? []))).toEqual(new Set(EVENT_RING_STYLES));
    expect(new Set(all.flatMap(({ kind }) => kind ?? []))).toEqual(new Set(GENUINE_KINDS));
    const rings = all.filter(({ ring }) => ring !== null);
    for (const tied of ["two", "one", "weak"] as const)
      expect(
        share(rings, (one) => one.tiedBy === tied),
        tied,
      ).toBeGreaterThan(0.05);
    const habits = ["night_accounts", "one_address", "bot_client", "full_limit", "masked_ring"];
    const weak = rings.filter(({ style }) => habits.includes(style ?? ""));
    expect(share(weak, (one) => one.tiedBy === "weak")).toBe(1);
  });

  it("masks what its channels mask", () => {
    const of = (channel: string) => orders.filter(({ order }) => order.channel === channel);
    const blank = /^(?:[0-]|n\/a|628?1*|\d+|08x+)$/;
    for (const { order } of of("lazada")) expect(order.email).toMatch(/^[^*]\*{5}@/);
    for (const { order } of of("akulaku")) expect(order.phone).toMatch(/^\d{4}\*{4}\d{3}$/);
    for (const { order } of of("shopee")) {
      expect(order.phone).toMatch(/^\*{6}\d\d$/);
      expect(order.paymentId).toBeUndefined();
      expect(order.orderedAtMs % 60_000).toBe(0);
    }
    for (const { order } of [...of("lazada"), ...of("akulaku"), ...of("shopee")]) {
      expect([order.deviceId, order.ip, order.userAgent, order.accountCreatedAtMs]).toEqual(
        Array.from({ length: 4 }),
      );
    }
    for (const { order } of of("lazada")) expect(order.phone).toMatch(blank);
  });

  it("writes values that mean nothing on a realistic share of rows", () => {
    const own = orders.filter(({ order }) => order.channel === "own");
    const counts = new Map<string, number>();
    for (const { order } of own)
      counts.set(order.deviceId ?? "", (counts.get(order.deviceId ?? "") ?? 0) + 1);
    const zeros = share(own, ({ order }) =>
      /^[0f-]{10,}$|unkn|undef|null/.test(order.deviceId ?? ""),
    );
    expect(zeros).toBeGreaterThan(0.015);
    expect(zeros).toBeLessThan(0.08);
    // One version of the program gives everybody one id that looks like any other.
    const everyPhone = [...counts].filter(
      ([id, n]) => n > 12 && /^[0-9a-f]{16}$/.test(id) && id !== "9774d56d682e549c",
    );
    expect(everyPhone).toHaveLength(1);
    expect(share(own, ({ order }) => order.paymentId === "QRIS")).toBeGreaterThan(0.02);
  });

  it("has orders that no longer stand, and people who ordered again", () => {
    const gone = share(orders, ({ apart }) => apart !== undefined);
    expect(gone).toBeGreaterThan(0.05);
    expect(gone).toBeLessThan(0.12);
    const again = orders.filter(({ kind }) => kind === "reorder");
    const byPerson = [...Map.groupBy(again, ({ person }) => person).values()];
    expect(
      byPerson.every((own) => own.length === 2 && own.some(({ apart }) => apart !== undefined)),
    ).toBe(true);
    const unpaid = orders.filter(({ apart }) => apart === "unpaid");
    expect(unpaid.every(({ order }) => order.paymentMethod === "va")).toBe(true);
    const lines = eventCsv(orders.slice(0, 500)).trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(501);
  });

  it("fills the first seconds, and makes accounts in the last hours", () => {
    const own = standing.filter(({ order, ring }) => order.channel === "own" && ring === null);
    expect(share(own, ({ order }) => order.orderedAtMs < SALE_MS + 10_000)).toBeGreaterThan(0.3);
    expect(orders.every(({ order }) => order.orderedAtMs >= SALE_MS)).toBe(true);
    const made = own.flatMap(({ order }) => order.accountCreatedAtMs ?? []);
    expect(made.every((ms) => ms < SALE_MS)).toBe(true);
    const lastHours = made.filter((ms) => ms > SALE_MS - 6 * 3_600_000).length;
    const dayBefore = made.filter(
      (ms) => ms < SALE_MS - 24 * 3_600_000 && ms > SALE_MS - 30 * 3_600_000,
    ).length;
    expect(lastHours).toBeGreaterThan(5 * dayBefore);
  });
});

describe("what ties a ring", () => {
  const order = (id: string, more: Partial<EventOrder["order"]>) => ({
    orderId: id,
    orderedAtMs: SALE_MS,
    channel: "own",
    account: id,
    ...more,
  });
  const tied = (more: Partial<EventOrder["order"]>) =>
    tiedBy(
      ["1", "2", "3", "4"].map((id) => order(id, more)),
      (value) => value === "unknown",
    );

  it("is what several accounts have; not a blank, and not what is masked", () => {
    expect(tied({ deviceId: "d", paymentId: "p" })).toBe("two");
    expect(tied({ deviceId: "d" })).toBe("one");
    expect(tied({ deviceId: "unknown", phone: "0812****345", email: "a*****@gmail.com" })).toBe(
      "weak",
    );
    expect(tied({})).toBe("weak");
  });

  it("reads a number and a mail box in all their forms", () => {
    const phones = ["0812 345", "+62812345", "62812345", "0812-345"];
    const mails = ["a.b@gmail.com", "ab+1@gmail.com", "AB@gmail.com", "ab+x@gmail.com"];
    const rows = phones.map((phone, at) => order(String(at), { phone, email: mails[at] ?? "" }));
    expect(tiedBy(rows, () => false)).toBe("two");
    // Control: all of one account is one person's.
    const oneAccount = rows.map((row) => ({ ...row, account: "1" }));
    expect(tiedBy(oneAccount, () => false)).toBe("weak");
  });
});
