/*
 * The buyers of the incident's story: they sign in, join, and pay for their offers at the
 * generator's times.
 */

import { randomUUID } from "node:crypto";
import { must } from "../../src/base/assert.ts";
import { SANDBOX_SIGNATURE } from "../../src/connectors/payments/sandbox/sandbox.ts";
import type { OrderRecord } from "../../src/integrity/table/orders.ts";
import { solve, workText } from "../crowd/crowdModel.ts";
import type { LabelledOrder } from "../../src/crowd/orders.ts";
import { SimulatedPhones } from "../crowd/phones.ts";
import { ApiRefusal } from "./api.ts";
import type { Stage } from "./stage.ts";

/** A buyer with the generator's truth about her. */
export interface Entrant {
  readonly label: LabelledOrder;
  session: string;
  /** Set once an order is paid. */
  orderId: string | null;
}

export interface PlayedSale {
  readonly slug: string;
  readonly channels: readonly { readonly code: string; readonly skus: readonly string[] }[];
}

interface Shown {
  readonly offer: {
    readonly offerId: string;
    readonly paymentMethods: readonly string[];
  } | null;
}
interface PlacedOrder {
  readonly orderId: string;
  readonly payUrl: string;
  readonly priceMinorUnits: number;
  readonly currency: string;
}

const SESSION_MS = 6 * 3_600_000;
const AT_ONCE = 16;

/** Runs work for each item, some at a time, in order. */
async function forEach<T>(list: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = list.values();
  const buyer = async () => {
    for (const one of left) await work(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, buyer));
}

function headersOf(order: OrderRecord): Record<string, string> {
  return {
    ...(order.deviceId === undefined ? {} : { "giliran-device": order.deviceId.padEnd(8, "0") }),
    ...(order.ip === undefined ? {} : { "x-forwarded-for": order.ip }),
    ...(order.userAgent === undefined ? {} : { "user-agent": order.userAgent }),
  };
}

/** The phone number as the brand knows it; masked where the channel masks it. */
const phoneOf = ({ label }: Entrant) =>
  must(label.order.phone, "entrants have a phone").replace(/^0/, "+62");

/** Signs a buyer in with the brand's token. */
export async function signIn(stage: Stage, entrant: Entrant): Promise<string> {
  const { order } = entrant.label;
  const phone = phoneOf(entrant);
  const token = stage.brand.token(
    { subject: must(order.account, "entrants have an account"), phone },
    stage.clock.nowMs() + SESSION_MS,
  );
  const { session } = await stage.api.call<{ session: string }>("POST", "/v1/sign-in/token", {
    body: { token },
  });
  entrant.session = session;
  return session;
}

/**
 * Joins the lobby; false for a second entry with the same number, which is prevented instead of
 * cancelled later.
 */
export async function enter(
  stage: Stage,
  sale: PlayedSale,
  entrant: Entrant,
  wish: { readonly channel: string; readonly preferences: readonly string[] },
): Promise<boolean> {
  const round = `/v1/sales/${sale.slug}/rounds/1`;
  const challenge = await stage.api.get<object>(`${round}/challenge`, entrant.session);
  const work = workText(solve(JSON.stringify(challenge)));
  try {
    await stage.api.call("POST", `${round}/entries`, {
      session: entrant.session,
      headers: headersOf(entrant.label.order),
      body: { ...wish, work },
    });
    return true;
  } catch (error) {
    if (error instanceof ApiRefusal && error.code.endsWith("already_entered")) return false;
    throw error;
  }
}

/** Everybody signs in and joins; returns how many second entries were refused. */
export async function joinLobby(
  stage: Stage,
  sale: PlayedSale,
  entrants: readonly Entrant[],
  chance: { below(count: number): number },
): Promise<number> {
  let refused = 0;
  const wishes = entrants.map(({ label }) => {
    const wanted = { own: "mi", lazada: "lazada", akulaku: "akulaku" }[
      label.order.channel ?? "own"
    ];
    const channel = must(
      sale.channels.find((one) => one.code === wanted) ?? sale.channels[0],
      "a channel",
    );
    const turn = chance.below(channel.skus.length);
    const preferences = [...channel.skus.slice(turn), ...channel.skus.slice(0, turn)];
    return { channel: channel.code, preferences };
  });
  const indexed = entrants.map((entrant, index) => ({
    entrant,
    wish: must(wishes[index], "a wish for each entrant"),
  }));
  await forEach(indexed, async ({ entrant, wish }) => {
    await signIn(stage, entrant);
    if (!(await enter(stage, sale, entrant, wish))) refused++;
  });
  return refused;
}

async function orderAndPay(
  stage: Stage,
  phones: SimulatedPhones,
  slug: string,
  entrant: Entrant,
  offer: NonNullable<Shown["offer"]>,
): Promise<void> {
  const { order } = entrant.label;
  const method = must(
    offer.paymentMethods.find((one) => one !== "cod"),
    "a way to pay at once",
  );
  const path = `/v1/sales/${slug}/offers/${offer.offerId}`;
  const asked = {
    session: entrant.session,
    headers: headersOf(order),
    body: {
      paymentMethod: method,
      delivery: {
        name: order.name ?? "–",
        phone: order.phone,
        address: order.address ?? "alamat toko",
        district: order.district,
        city: order.city,
      },
    },
  };
  const placed = await stage.api
    .call<PlacedOrder>("POST", `${path}/order`, asked)
    .catch(async (error: unknown) => {
      if (!(error instanceof ApiRefusal) || error.code !== "step_up_required") throw error;
      // A ring has its phones at hand: the question slows it down and stops nobody.
      const body = await phones.stepUpAnswer(phoneOf(entrant));
      return await stage.api.call<PlacedOrder>("POST", `${path}/step-up`, { ...asked, body });
    });
  const body = JSON.stringify({
    eventId: randomUUID(),
    paymentId: randomUUID(),
    kind: "paid",
    currency: placed.currency,
    reference: must(/\/pay\/(.+)$/.exec(placed.payUrl), "the sandbox's address")[1],
    amountMinorUnits: placed.priceMinorUnits,
    ...(order.paymentId === undefined ? {} : { instrument: order.paymentId }),
  });
  await stage.api.call("POST", "/v1/payments/sandbox/events", {
    headers: { [SANDBOX_SIGNATURE]: stage.server.signPayment(body) },
    body: JSON.parse(body) as unknown,
  });
  entrant.orderId = placed.orderId;
}

/** Everybody with an offer takes it, at the order's time in the generated data. */
export async function takeOffers(
  stage: Stage,
  sale: PlayedSale,
  entrants: readonly Entrant[],
  opensAtMs: number,
): Promise<void> {
  const saleMs = Math.min(...entrants.map(({ label }) => label.order.orderedAtMs));
  const byTime = entrants.toSorted((a, b) => a.label.order.orderedAtMs - b.label.order.orderedAtMs);
  const phones = new SimulatedPhones(stage.sql, stage.keyring);
  for (const entrant of byTime) {
    const { offer } = await stage.api.get<Shown>(
      `/v1/sales/${sale.slug}/rounds/1/mine`,
      entrant.session,
    );
    if (!offer) continue;
    stage.clock.moveTo(opensAtMs + entrant.label.order.orderedAtMs - saleMs);
    await orderAndPay(stage, phones, sale.slug, entrant, offer);
  }
}
