import { body, endedSale, openDesk, type CaseSale, type Desk } from "../../helpers/cases.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import type { TestServer } from "../../helpers/server.ts";

const HOUR_MS = 3_600_000;

const ANSWER = {
  id: "Dokumen yang dikirim menunjukkan pembeli yang berbeda.",
  en: "The papers that were sent show different buyers.",
};

async function orderAndPay(test: TestServer, slug: string, session: string): Promise<string> {
  const { offer } = await test.mine(session, slug);
  const path = `/v1/sales/${slug}/offers/${offer.offerId}/order`;
  const order = body(await test.post(path, session, { paymentMethod: "va" }), 201);
  body(await test.pay(order));
  return order.orderId as string;
}

/**
 * A sale of two units for twelve people in which everything happens to a unit: cash on delivery, an
 * extension, a pause, a refusal, an offer and an order that ran out, a payment; somebody still waits.
 */
export async function playUnits(test: TestServer, slug = "units"): Promise<void> {
  test.clock.ms = START_MS - 10_000;
  const sale = await test.createSale(smallSale({ slug, units: 1, openMs: 600_000 }));
  const sessions: string[] = [];
  for (let person = 0; person < 12; person++) {
    const session = await test.signIn(500 + person * 37);
    sessions.push(session);
    await test.enter(session, { slug });
  }
  test.clock.ms = START_MS + 5;
  await test.tick();
  /** Somebody with an open offer. */
  const next = async () => {
    await test.tick();
    for (const session of sessions) {
      const { offer, order } = await test.mine(session, slug);
      if (offer?.state === "open" && !order) return { session, offerId: offer.offerId as string };
    }
    throw new Error("nobody has an open offer");
  };
  const first = await next();
  const order = (turn: { session: string; offerId: string }, paymentMethod: string) =>
    test.post(`/v1/sales/${slug}/offers/${turn.offerId}/order`, turn.session, { paymentMethod });
  const { orderId } = body(await order(first, "cod"), 201);
  const [row] = await test.database.sql<{ payloadCipher: Buffer }[]>`
    select payload_cipher from outbox where kind = 'cod_code' order by message_id desc limit 1`;
  const { code } = JSON.parse(test.keyring.decrypt(row!.payloadCipher)).facts;
  body(
    await test.post(`/v1/sales/${slug}/orders/${orderId}/confirmation`, first.session, { code }),
  );
  const extended = await next();
  body(await test.post(`/v1/sales/${slug}/offers/${extended.offerId}/extension`, extended.session));
  test.clock.ms += 1_000;
  await test.act(sale, "pause");
  test.clock.ms += 20_000;
  await test.act(sale, "resume");
  test.clock.ms += 1_000;
  body(await test.post(`/v1/sales/${slug}/offers/${extended.offerId}/decline`, extended.session));
  await next();
  // Nobody takes it up.
  test.clock.ms += 61_000;
  await test.tick();
  body(await order(await next(), "va"), 201);
  test.clock.ms += 121_000;
  await test.tick();
  await orderAndPay(test, slug, (await next()).session);
}

/** The sale with a ring, and the desk that decided about it. */
export interface PlayedDesk {
  readonly desk: Desk;
  readonly world: CaseSale;
}

async function appeal(
  test: TestServer,
  desk: Desk,
  session: string,
  outcome: "upheld" | "rejected" | null,
): Promise<void> {
  const [{ decisionId }] = body(await test.get("/v1/me/decisions", session)).decisions;
  const path = `/v1/me/decisions/${decisionId}/appeal`;
  const statement = "Kami satu keluarga, empat orang dewasa.";
  const filed = body(await test.post(path, session, { statement }), 201);
  const decide = `/v1/operator/appeals/${filed.appeal.appealId}/decision`;
  // Her money went back meanwhile: if she was right, a unit is owed.
  if (outcome === "upheld")
    body(await test.post(`/v1/me/decisions/${decisionId}/refund`, session, { understood: true }));
  if (outcome) body(await test.post(decide, desk.secondReviewer, { outcome, answer: ANSWER }));
}

/** A case, its batch, appeals of every outcome, the report with a correction, and an order's status. */
async function playBatch(test: TestServer, desk: Desk, world: CaseSale): Promise<void> {
  const { slug } = world;
  const casePath = `/v1/operator/sales/${slug}/cases/1`;
  const { version, orders } = body(await test.get(casePath, desk.reviewer));
  const except = [orders.at(-1).orderId];
  body(
    await test.post(`${casePath}/decision`, desk.reviewer, { version, verdict: "cancel", except }),
  );
  const batch = body(await test.post(`/v1/operator/sales/${slug}/batches`, desk.operator, {}), 201);
  const approval = `/v1/operator/batches/${batch.batchId}/approval`;
  const { selectionDigest } = batch;
  for (const who of [desk.operator, desk.approver])
    body(await test.post(approval, who, { selectionDigest }));
  test.clock.ms += HOUR_MS;
  for (let round = 0; round < 3; round++) {
    await test.server.caseWorker.run();
    await test.server.sender.run();
    test.clock.ms += 120_000;
  }
  const cancelled = world.people.filter((one) => one.ring && one.orderId !== except[0]);
  const outcomes = ["upheld", "rejected", "upheld", null] as const;
  for (const [index, outcome] of outcomes.entries()) {
    test.clock.ms += 1_000;
    await appeal(test, desk, await cancelled[index]!.again(), outcome);
  }
  const [genuine] = world.people.filter((one) => !one.ring);
  const status = `/v1/operator/sales/${slug}/orders/${genuine!.orderId}/status`;
  body(await test.post(status, desk.operator, { status: "preparing" }));
  const sample = `/v1/operator/sales/${slug}/error-sample`;
  body(await test.post(sample, desk.operator, { refused: 4, accepted: 4 }));
  const drawn = body(await test.get(sample, desk.auditor)).orders;
  for (const { sampleId } of drawn.slice(0, 4))
    body(await test.post(`${sample}/${sampleId}`, desk.secondReviewer, { found: "genuine" }));
  const report = `/v1/operator/sales/${slug}/report`;
  body(await test.post(report, desk.operator, {}), 201);
  body(await test.post(report, desk.operator, { correction: "One appeal was late." }), 201);
}

/** A round in which the wronged come first: one is served, one misses her turn. */
async function playMakeUp(test: TestServer, desk: Desk, world: CaseSale): Promise<void> {
  const slug = "make-up";
  const opensAtMs = test.clock.ms + 10 * HOUR_MS;
  const definition = smallSale({ slug, units: 2, mode: "draw", family: world.slug });
  const round = {
    ...definition.rounds[0]!,
    lobbyOpensAtMs: opensAtMs,
    opensAtMs,
    closesAtMs: opensAtMs + HOUR_MS,
  };
  await test.createSale({ ...definition, rounds: [round] });
  body(await test.post(`/v1/operator/sales/${slug}/rounds/1/carve-out`, desk.operator));
  test.clock.ms = opensAtMs + 1;
  await test.enter(await test.signIn(9_000), { slug });
  test.clock.ms = opensAtMs + HOUR_MS;
  await test.tick();
  const owed = world.people.filter((one) => one.ring);
  await orderAndPay(test, slug, await owed[0]!.again());
  test.clock.ms += 61_000;
  await test.tick();
  await test.server.caseWorker.run();
}

/** Everything that a trust desk does to a sale, and one of the next sale in which a debt is paid. */
export async function playDesk(test: TestServer): Promise<PlayedDesk> {
  const desk = await openDesk(test);
  const world = await endedSale(test, { genuine: 24, rings: [9] }, 1);
  await test.act(world.sale, "close");
  await test.server.caseWorker.run();
  await playBatch(test, desk, world);
  await playMakeUp(test, desk, world);
  return { desk, world };
}
