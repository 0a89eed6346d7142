import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { expect } from "vitest";
import type { StoredSale } from "../../src/sale/io/saleStore.ts";
import { START_MS } from "./sale.ts";
import type { TestServer } from "./server.ts";

/*
 * A second, tiny telling of what a sale does, beside the real one. It knows nothing of SQL, leases or
 * ledgers, and learns from the server only what chance decides: who stands where in the line.
 */

export const PEOPLE = 6;
const OFFER_MS = 60_000;
const EXTENSION_MS = 30_000;
const PAYMENT_MS = 120_000;
const CLOSES_AT_MS = START_MS + 60_000;

export interface Person {
  readonly session: string;
  entered: boolean;
  sealed: boolean;
  windowNo: number;
  offer: { id: string; state: string; expiresAtMs: number; extended: boolean } | null;
  order: {
    id: string;
    state: string;
    method: string;
    dueAtMs: number;
    body: { orderId: string; priceMinorUnits: number; currency: string; payUrl: string | null };
    payments: Map<string, { paid: boolean; refunded: boolean; kept: boolean }>;
  } | null;
}

export interface World {
  readonly test: TestServer;
  readonly slug: string;
  readonly sale: StoredSale;
  readonly people: Person[];
  state: "live" | "paused" | "closed";
  pausedAtMs: number | null;
  returnedCount: number;
}

/** One thing that can happen. */
export interface Hand {
  play(world: World): Promise<void>;
  toString(): string;
}

const unsettled = (person: Person) =>
  person.order !== null && person.order.state.startsWith("awaiting") ? person.order : null;

/**
 * Something that one person does: mostly somebody for whom it can succeed (every third time anybody),
 * else a walk would meet little but refusals.
 */
function hand(
  name: string,
  fits: (person: Person) => boolean,
  play: (world: World, person: Person, variant: number) => Promise<void>,
): fc.Arbitrary<Hand> {
  return fc.record({ no: fc.nat(PEOPLE - 1), variant: fc.nat(2), any: fc.nat(2) }).map((drawn) => ({
    play: (world) => {
      const fitting = drawn.any === 0 ? [] : world.people.filter(fits);
      const among = fitting.length > 0 ? fitting : world.people;
      return play(world, among[drawn.no % among.length]!, drawn.variant);
    },
    toString: () => `${name}(${drawn.no}, ${drawn.variant}, ${drawn.any})`,
  }));
}

const anybody = () => true;
const hasOffer = (person: Person) => person.offer?.state === "open";
const hasOrder = (person: Person) => unsettled(person) !== null;

const METHODS = ["va", "qris", "cod"] as const;

const codUsed = (world: World) =>
  world.people.some(
    ({ order }) =>
      order?.method === "cod" && /^(awaiting_confirmation|cod_confirmed)$/.test(order.state),
  );

async function playJoin(world: World, person: Person): Promise<void> {
  const { test, slug } = world;
  const nowMs = test.clock.ms;
  const reply = await test.enter(person.session, { slug });
  if (person.entered) expect(reply.body.code).toBe("already_entered");
  else if (world.state === "closed" || nowMs >= CLOSES_AT_MS) {
    expect(reply.body.code).toBe("entry_closed");
  } else {
    expect(reply.status).toBe(201);
    Object.assign(person, { entered: true, sealed: false, windowNo: reply.body.windowNo });
  }
}

const join = hand("join", (person) => !person.entered, playJoin);

const withdraw = hand(
  "withdraw",
  (person) => person.entered && !person.sealed,
  async (world, person) => {
    const { test, slug } = world;
    const reply = await test.post(`/v1/sales/${slug}/rounds/1/withdrawal`, person.session, {});
    if (!person.entered) expect(reply.body.code).toBe("entry_not_found");
    else if (person.sealed) expect(reply.body.code).toBe("window_sealed");
    else {
      expect(reply.status).toBe(200);
      person.entered = false;
    }
  },
);

/** The worker's turn: seals what is over, ends what is due, offers what is free. */
async function work(world: World): Promise<void> {
  const { test, slug, people } = world;
  const nowMs = test.clock.ms;
  await test.tick();
  for (const person of people) {
    if (!person.entered || person.sealed) continue;
    const endsAtMs = START_MS + person.windowNo * 1_000;
    if (nowMs >= Math.min(endsAtMs, CLOSES_AT_MS) || world.state === "closed") person.sealed = true;
  }
  if (world.state !== "paused") {
    for (const person of people) {
      if (person.offer?.state === "open" && nowMs >= person.offer.expiresAtMs)
        person.offer.state = "expired";
      const order = unsettled(person);
      if (order && nowMs >= order.dueAtMs) order.state = "cancelled";
    }
  }
  if (world.state !== "live") return;
  const freeCount = 2 - world.returnedCount - people.filter((person) => holdsUnit(person)).length;
  const waiting = people.filter((person) => person.sealed && person.offer === null);
  const due = Math.min(freeCount, waiting.length);
  let made = 0;
  for (const person of waiting) {
    const { offer } = await test.mine(person.session, slug);
    if (offer === null) continue;
    made++;
    expect(offer).toMatchObject({ state: "open", extended: false });
    person.offer = {
      id: offer.offerId,
      state: "open",
      extended: false,
      expiresAtMs: nowMs + OFFER_MS,
    };
  }
  expect(made).toBe(due);
}

function holdsUnit(person: Person): boolean {
  if (person.order) return person.order.state !== "cancelled";
  return person.offer?.state === "open";
}

const tick = hand("tick", anybody, work);

const time = fc.constantFrom(500, 1_000, 20_000, 30_000, 61_000, 121_000).map((ms) => ({
  play: async (world: World) => {
    world.test.clock.ms += ms;
    await work(world);
  },
  toString: () => `time(${ms})`,
}));

/** Why an offer cannot be used now; null when it can. */
function offerRefusal(world: World, person: Person): string | null {
  const { offer } = person;
  if (!offer) return "offer_not_found";
  if (offer.state === "expired") return "offer_expired";
  if (offer.state !== "open") return "offer_ended";
  const over = world.test.clock.ms >= offer.expiresAtMs && world.state !== "paused";
  return over ? "offer_expired" : null;
}

const order = hand("order", hasOffer, async (world, person, variant) => {
  const { test, slug } = world;
  const method = METHODS[variant]!;
  const offerId = person.offer?.id ?? randomUUID();
  const path = `/v1/sales/${slug}/offers/${offerId}/order`;
  const reply = await test.post(path, person.session, { paymentMethod: method });
  const refusal = offerRefusal(world, person);
  if (refusal) expect(reply.body.code).toBe(refusal);
  else if (method === "cod" && codUsed(world)) expect(reply.body.code).toBe("cod_quota_used");
  else {
    expect(reply.status).toBe(201);
    person.offer!.state = "ordered";
    person.order = {
      id: reply.body.orderId,
      state: method === "cod" ? "awaiting_confirmation" : "awaiting_payment",
      method,
      dueAtMs: test.clock.ms + PAYMENT_MS,
      // Messages may name any order, also one that is paid on delivery.
      body: { ...reply.body, payUrl: `/pay/${world.sale.saleNo}.${reply.body.orderId}` },
      payments: new Map(),
    };
  }
});

const extend = hand("extend", hasOffer, async (world, person) => {
  const path = `/v1/sales/${world.slug}/offers/${person.offer?.id ?? randomUUID()}/extension`;
  const reply = await world.test.post(path, person.session);
  const refusal = offerRefusal(world, person) ?? (person.offer!.extended ? "extension_used" : null);
  if (refusal) expect(reply.body.code).toBe(refusal);
  else {
    expect(reply.status).toBe(200);
    person.offer!.extended = true;
    person.offer!.expiresAtMs += EXTENSION_MS;
  }
});

const decline = hand("decline", hasOffer, async (world, person) => {
  const path = `/v1/sales/${world.slug}/offers/${person.offer?.id ?? randomUUID()}/decline`;
  const reply = await world.test.post(path, person.session);
  const refusal = offerRefusal(world, person);
  if (refusal) expect(reply.body.code).toBe(refusal);
  else person.offer!.state = "declined";
});

const change = hand("change", hasOrder, async (world, person, variant) => {
  const method = METHODS[variant]!;
  const id = person.order?.id ?? randomUUID();
  const path = `/v1/sales/${world.slug}/orders/${id}/payment-method`;
  const reply = await world.test.post(path, person.session, { paymentMethod: method });
  const open = unsettled(person);
  if (!person.order) expect(reply.body.code).toBe("order_not_found");
  else if (!open) expect(reply.body.code).toBe("order_ended");
  else if (open.method === method) expect(reply.body.code).toBe("same_payment_method");
  else if (method === "cod" && codUsed(world)) expect(reply.body.code).toBe("cod_quota_used");
  else {
    expect(reply.status).toBe(200);
    open.method = method;
    open.state = method === "cod" ? "awaiting_confirmation" : "awaiting_payment";
  }
});

const cancel = hand("cancel", hasOrder, async (world, person) => {
  const path = `/v1/sales/${world.slug}/orders/${person.order?.id ?? randomUUID()}/cancellation`;
  const reply = await world.test.post(path, person.session);
  const open = unsettled(person);
  if (!person.order) expect(reply.body.code).toBe("order_not_found");
  else if (!open) expect(reply.body.code).toBe("order_ended");
  else open.state = "cancelled";
});

const confirm = hand(
  "confirm",
  (person) => person.order?.state === "awaiting_confirmation",
  async (world, person, variant) => {
    if (person.order?.state !== "awaiting_confirmation") return;
    const right = variant > 0;
    const code = right ? await codeOf(world.test, person.order.id) : "000000";
    const path = `/v1/sales/${world.slug}/orders/${person.order.id}/confirmation`;
    const reply = await world.test.post(path, person.session, { code });
    if (reply.status === 200) person.order.state = "cod_confirmed";
    else expect(reply.body.code).toMatch(/^code_/);
  },
);

/** The code last sent; whether it still counts is the server's to say. */
async function codeOf(test: TestServer, orderId: string): Promise<string> {
  const rows = await test.database.sql<{ payloadCipher: Buffer }[]>`
    select payload_cipher from outbox where kind = 'cod_code' order by message_id desc limit 1`;
  if (rows.length === 0) throw new Error(`no code for ${orderId}`);
  return JSON.parse(test.keyring.decrypt(rows[0]!.payloadCipher)).facts.code;
}

type Ordered = NonNullable<Person["order"]>;

/** The effect of a payment on its order; returns the answer. */
function playPaid(known: Ordered, payment: { paid: boolean; refunded: boolean; kept: boolean }) {
  if (payment.paid) return "ignored";
  payment.paid = true;
  const open = known.state.startsWith("awaiting");
  if (payment.refunded) {
    if (open) known.state = "refunded";
    return open ? "applied" : "ignored";
  }
  if (!open) return "refund_due";
  known.state = "paid";
  payment.kept = true;
  return "applied";
}

function playRefunded(known: Ordered, payment: { refunded: boolean; kept: boolean }): void {
  payment.refunded = true;
  if (!payment.kept) return;
  payment.kept = false;
  const next = [...known.payments.values()].find(({ paid, refunded }) => paid && !refunded);
  if (next) next.kept = true;
  else known.state = "refunded";
}

/** A report about one of two payments: at any time, of any kind, once or twice. */
const payment = (name: string) =>
  hand(
    `payment ${name}`,
    (person) => person.order !== null,
    async (world, person, variant) => {
      const known = person.order;
      if (!known) return;
      const kind = (["paid", "failed", "refunded"] as const)[variant]!;
      const eventId = randomUUID();
      const about = { paymentId: `${name} of ${known.id}` };
      const first = await world.test.pay(known.body, kind, eventId, about);
      const again = await world.test.pay(known.body, kind, eventId, about);
      expect(again.body).toEqual(first.body);
      const own = known.payments.get(name) ?? { paid: false, refunded: false, kept: false };
      if (kind === "failed") expect(first.body).toEqual({ outcome: "ignored" });
      else {
        known.payments.set(name, own);
        if (kind === "paid") expect(first.body).toEqual({ outcome: playPaid(known, own) });
        else {
          expect(first.body).toEqual({ outcome: "applied" });
          playRefunded(known, own);
        }
      }
      if (known.state !== "refunded") return;
      known.state = "cancelled";
      world.returnedCount++;
    },
  );

const pause = hand("pause", anybody, async (world) => {
  if (world.state !== "live") return;
  await world.test.act(world.sale, "pause");
  Object.assign(world, { state: "paused", pausedAtMs: world.test.clock.ms });
});

/** After a pause every deadline has moved by its length. */
function moveDeadlines(world: World): void {
  if (world.pausedAtMs === null) return;
  const pauseMs = world.test.clock.ms - world.pausedAtMs;
  for (const person of world.people) {
    if (person.offer?.state === "open") person.offer.expiresAtMs += pauseMs;
    const open = unsettled(person);
    if (open) open.dueAtMs += pauseMs;
  }
  world.pausedAtMs = null;
}

const resume = hand("resume", anybody, async (world) => {
  if (world.state !== "paused") return;
  await world.test.act(world.sale, "resume");
  moveDeadlines(world);
  world.state = "live";
});

const close = hand("close", anybody, async (world) => {
  if (world.state === "closed") return;
  await world.test.act(world.sale, "close");
  moveDeadlines(world);
  world.state = "closed";
});

/** Where a walk begins: three people wait and two units are offered. Empty walks teach little. */
export const BEGINNING: readonly ((world: World) => Promise<void>)[] = [
  (world) => playJoin(world, world.people[0]!),
  (world) => playJoin(world, world.people[1]!),
  (world) => playJoin(world, world.people[2]!),
  async (world) => {
    world.test.clock.ms = START_MS + 10;
    await work(world);
  },
];

export const hands: readonly { weight: number; arbitrary: fc.Arbitrary<Hand> }[] = [
  { weight: 7, arbitrary: join },
  { weight: 1, arbitrary: withdraw },
  { weight: 3, arbitrary: tick },
  { weight: 6, arbitrary: time },
  { weight: 6, arbitrary: order },
  { weight: 2, arbitrary: extend },
  { weight: 2, arbitrary: decline },
  { weight: 3, arbitrary: change },
  { weight: 2, arbitrary: cancel },
  { weight: 3, arbitrary: confirm },
  { weight: 2, arbitrary: payment("va") },
  { weight: 2, arbitrary: payment("qris") },
  { weight: 1, arbitrary: pause },
  { weight: 2, arbitrary: resume },
  { weight: 0.3, arbitrary: close },
].map(({ weight, arbitrary }) => ({ weight: Math.round(weight * 10), arbitrary }));
