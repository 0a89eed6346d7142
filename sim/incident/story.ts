/*
 * The story of 26 January 2021, on a synthetic crowd through the real API: the sale, what the rules
 * of that year would have done, and what happens here instead.
 */

import { readFileSync } from "node:fs";
import { PROBLEMS, type ProblemCode } from "../../src/api/problems.ts";
import { must } from "../../src/base/assert.ts";
import { shippedPolicy } from "../../src/cases/policy/shippedPolicy.ts";
import { faultText } from "../../src/proof/fsck/fault.ts";
import { fsck } from "../../src/proof/fsck/io/fsck.ts";
import { SeededChance } from "../../src/crowd/chance.ts";
import { naiveHeld } from "../naive.ts";
import { OrderMaker, type LabelledOrder } from "../../src/crowd/orders.ts";
import { joinLobby, signIn, takeOffers, type Entrant, type PlayedSale } from "./crowd.ts";
import { DESK_NAMES, LastingDesk, PASSWORD } from "./desk.ts";
import { appealAndAnswer, decideCases, runBatch, type Batch } from "./dispute.ts";
import type { IncidentFacts } from "./facts.ts";
import { openStage, setStage, type Stage, type StageGround } from "./stage.ts";

export interface StoryOptions {
  readonly entrants: number;
  readonly seed: number;
  readonly say: (line: string) => void;
  readonly progress: (line: string) => void;
  /** Called while the server still serves the finished story. */
  readonly afterwards?: (played: Afterwards) => Promise<void>;
  /** Plays on an existing database, at another time. */
  readonly elsewhere?: {
    readonly ground: StageGround;
    /** When the lobby opened. */
    readonly lobbyMs: number;
    readonly slug: string;
    /**
     * Units per entrant: in a small story few households would win much, and nobody would be
     * wronged.
     */
    readonly unitsShare: number;
  };
}

/** Addresses of what the story left behind. */
export interface Afterwards {
  readonly address: string;
  readonly slug: string;
  /** Notices of a genuine buyer and of a ring, as in their inboxes. */
  readonly genuineLink: string | null;
  readonly ringLink: string | null;
  /** A notice without an answer so far. */
  readonly openLink: string | null;
  /** Another buyer who has not answered, signed in. */
  readonly openSession: string | null;
  readonly operators: readonly string[];
  readonly password: string;
}

const HOUR_MS = 3_600_000;
/** 26 January 2021, 09:30 in Jakarta. */
const LOBBY_MS = Date.UTC(2021, 0, 26, 2, 30, 0);
const SLUG = "poco-m3";
const UNITS_SHARE = 0.42;
const RING_SHARE = 0.22;
const HOUSEHOLD_SHARE = 0.06;
const EXAMPLE = new URL("../../examples/poco-m3.sale.json", import.meta.url);

/** The sale after the first, in which units that are owed are served. */
export const nextSlug = (slug: string): string => `${slug}-susulan`;

/** The announced sale with fewer units, as a sale file; wall-clock times of Jakarta. */
function saleFile(change: { slug: string; units: number; lobbyAtMs: number }): {
  file: object;
  sale: PlayedSale;
  units: number;
} {
  const file = JSON.parse(readFileSync(EXAMPLE, "utf8"));
  // The make-up round sells the same phones, so it serves what is owed of them.
  for (const variant of file.variants) variant.family = SLUG;
  const [round] = file.rounds;
  const local = (ms: number) => new Date(ms + 7 * HOUR_MS).toISOString().slice(0, 19);
  let units = 0;
  for (const bySku of Object.values(round.stock) as Record<string, number>[]) {
    for (const sku of Object.keys(bySku)) {
      bySku[sku] = Math.max(
        1,
        Math.round((must(bySku[sku], "a known sku") * change.units) / 50_000),
      );
      units += bySku[sku];
    }
  }
  const opensAtMs = change.lobbyAtMs + HOUR_MS / 2;
  Object.assign(round, {
    lobbyOpensAt: local(change.lobbyAtMs),
    opensAt: local(opensAtMs),
    closesAt: local(opensAtMs + 300_000),
    offerSeconds: 3_600,
    paymentSeconds: 7_200,
  });
  // A demonstration's crowd solves its work on one machine.
  Object.assign(file, { slug: change.slug, workCost: 20 });
  file.synthetic.push("Seluruh pembeli dan pesanan. / All buyers and orders.");
  const channels = Object.entries(round.stock).map(([code, bySku]) => ({
    code,
    skus: Object.keys(bySku as object),
  }));
  return { file, sale: { slug: change.slug, channels }, units };
}

async function createAndOpen(stage: Stage, session: string, file: { slug?: string }) {
  await stage.api.post("/v1/operator/sales", session, file);
  await stage.api.post(`/v1/operator/sales/${file.slug}/policy`, session, {});
  await stage.api.post(`/v1/operator/sales/${file.slug}/open`, session);
}

/** A policy with the rules of 2021; it is refused, and why. */
async function publishOldPolicy(stage: Stage, session: string) {
  const policy = shippedPolicy(1);
  const old = {
    ...policy,
    name: "rules-of-2021",
    rules: [
      {
        ...policy.rules[1],
        ruleId: "ABNORMAL",
        grade: "weak",
        effect: "refuse",
        text: {
          id: "Aktivitas tidak wajar; pembeli diduga tengkulak.",
          en: "Abnormal activity; the buyer is thought to be a reseller.",
        },
      },
    ],
  };
  return (await stage.api.refused("/v1/operator/policies", session, old)).errors;
}

/** The operator tries to cancel every case at once, as in 2021, sees the harm, and is stopped. */
async function tryMassCancel(stage: Stage, desk: LastingDesk, slug: string) {
  const { operator, approver } = await desk.now();
  const batch = await stage.api.post<Batch>(`/v1/operator/sales/${slug}/batches`, operator, {
    select: "all",
  });
  const refusal = await stage.api.refused(
    `/v1/operator/batches/${batch.batchId}/approval`,
    approver,
    { selectionDigest: batch.selectionDigest },
  );
  await stage.api.post(`/v1/operator/batches/${batch.batchId}/stop`, operator);
  return {
    orders: batch.preview.orders,
    accountsWithOneOrder: batch.preview.accountsWithOneOrder,
    moneyMinorUnits: batch.preview.moneyMinorUnits,
    sellerCancelRate: batch.preview.sellerCancelRate,
    sampleCases: batch.sample.length,
    refusedWith: PROBLEMS[refusal.code as ProblemCode].title,
  };
}

/**
 * Households that order on one phone with one wallet. In the data they are small rings and no
 * method can tell; the rest of the story exists for them.
 */
function largeHouseholds({ entrants, seed }: StoryOptions): LabelledOrder[] {
  const count = Math.max(48, Math.round(entrants * HOUSEHOLD_SHARE));
  return new OrderMaker(seed + 7)
    .make({ count, ringShare: 1, styles: ["tiny"] })
    .map((label, index) => ({
      household: must(label.ring, "a ring's label"),
      person: `household ${index}`,
      ring: null,
      style: null,
      kind: "family" as const,
      // The second generator numbers its people alike.
      order: { ...label.order, account: `h-${label.order.account}`, orderId: `h-${index}` },
    }));
}

interface Played {
  readonly sale: PlayedSale;
  readonly units: number;
  readonly entrants: readonly Entrant[];
  readonly secondEntriesRefused: number;
  readonly winners: readonly Entrant[];
}

async function playSale(stage: Stage, desk: LastingDesk, options: StoryOptions): Promise<Played> {
  const { operator } = await desk.now();
  const chance = new SeededChance(options.seed);
  const units = Math.round(options.entrants * (options.elsewhere?.unitsShare ?? UNITS_SHARE));
  const lobbyAtMs = options.elsewhere?.lobbyMs ?? LOBBY_MS;
  const opensAtMs = lobbyAtMs + HOUR_MS / 2;
  const made = saleFile({ slug: options.elsewhere?.slug ?? SLUG, units, lobbyAtMs });
  await createAndOpen(stage, operator, made.file);
  const labels = [
    ...new OrderMaker(options.seed).make({ count: options.entrants, ringShare: RING_SHARE }),
    ...largeHouseholds(options),
  ];
  const entrants = labels.map((label) => ({ label, session: "", orderId: null }));
  stage.clock.moveTo(lobbyAtMs + 60_000);
  options.progress("the lobby: everybody signs in, works and joins");
  const secondEntriesRefused = await joinLobby(stage, made.sale, entrants, chance);
  stage.clock.moveTo(opensAtMs + 10);
  await stage.server.worker.tick();
  options.progress("the line: units are offered, ordered and paid");
  await takeOffers(stage, made.sale, entrants, opensAtMs + 20);
  stage.clock.moveTo(opensAtMs + 5 * HOUR_MS);
  await stage.server.worker.tick();
  await stage.server.worker.tick();
  const winners = entrants.filter((entrant) => entrant.orderId !== null);
  return { sale: made.sale, units: made.units, entrants, secondEntriesRefused, winners };
}

/** The make-up round: units owed come first, before the public count. */
async function playMakeUp(stage: Stage, desk: LastingDesk, played: Played, options: StoryOptions) {
  const { operator } = await desk.now();
  const lobbyAtMs = stage.clock.nowMs() + 4 * HOUR_MS;
  const units = Math.max(30, Math.round(played.units / 5));
  const made = saleFile({ slug: nextSlug(played.sale.slug), units, lobbyAtMs });
  await createAndOpen(stage, operator, made.file);
  const { carved } = await stage.api.post<{ carved: number }>(
    `/v1/operator/sales/${made.sale.slug}/rounds/1/carve-out`,
    operator,
  );
  stage.clock.moveTo(lobbyAtMs + 60_000);
  const losers = played.entrants
    .filter((entrant) => entrant.orderId === null && entrant.label.ring === null)
    .slice(0, units * 3);
  options.progress("the make-up round");
  // The wronged buyers are in the line already: joining again is refused, and their place is kept.
  const wronged = played.winners.filter((entrant) => entrant.label.ring === null);
  const chance = new SeededChance(options.seed + 1);
  await joinLobby(stage, made.sale, losers, chance);
  const second = wronged.map((entrant) => ({ ...entrant, orderId: null }));
  await joinLobby(stage, made.sale, second, chance);
  stage.clock.moveTo(lobbyAtMs + HOUR_MS / 2 + 300_001);
  await stage.server.worker.tick();
  await takeOffers(stage, made.sale, [...losers, ...second], stage.clock.nowMs());
  await stage.server.caseWorker.run();
  await stage.server.sender.run();
  await stage.server.caseWorker.run();
  return { carvedOfPublic: carved, makeUpUnits: made.units };
}

const isRing = (entrant: Entrant) => entrant.label.ring !== null;

/** The session of the last one who can still appeal and has not. */
async function unansweredSession(
  stage: Stage,
  cancelled: readonly { readonly entrant: Entrant }[],
): Promise<string | null> {
  for (const { entrant } of cancelled.toReversed()) {
    const session = await signIn(stage, entrant);
    const { decisions } = await stage.api.get<{
      decisions: readonly { readonly state: string; readonly appeal: object | null }[];
    }>("/v1/me/decisions", session);
    if (decisions.some(({ state, appeal }) => state === "in_force" && !appeal)) return session;
  }
  return null;
}

/** Plays the whole story and returns its figures. */
export async function playIncident(options: StoryOptions): Promise<IncidentFacts> {
  const { elsewhere } = options;
  const stage = elsewhere
    ? await setStage(elsewhere.ground, elsewhere.lobbyMs - HOUR_MS)
    : await openStage(LOBBY_MS - HOUR_MS, options.say);
  try {
    const desk = await LastingDesk.open(stage);
    const policyIssues = await publishOldPolicy(stage, (await desk.now()).operator);
    const played = await playSale(stage, desk, options);
    const { winners } = played;
    const held = naiveHeld(winners.map((entrant) => entrant.label));
    options.progress("all channels together: who is behind the orders?");
    await stage.server.caseWorker.run();
    const massCancel = await tryMassCancel(stage, desk, played.sale.slug);
    const decided = await decideCases(stage, desk, played.sale.slug, winners);
    const batch = await runBatch(stage, desk, played.sale.slug, winners);
    options.progress("appeals, answers, and what makes good");
    const appeals = await appealAndAnswer(stage, desk, batch);
    const makeUp = await playMakeUp(stage, desk, played, options);
    const facts = await tell(stage, desk, played, {
      oldRules: {
        cancelled: held.filter(Boolean).length,
        genuineHit: winners.filter((one, index) => held[index] && !isRing(one)).length,
        ringStopped: winners.filter((one, index) => held[index] && isRing(one)).length,
      },
      policyIssues,
      massCancel,
      appeals,
      makeUp,
      cases: decided.cases,
      decided: { ...decided, ...batch.figures },
      dots: await readDots(stage, winners, held),
    });
    const unanswered = batch.links.filter(({ entrant }) => isRing(entrant));
    const linkOf = (ring: boolean) =>
      batch.links.find(({ entrant }) => isRing(entrant) === ring)?.link ?? null;
    stage.clock.flow();
    await options.afterwards?.({
      address: stage.address,
      slug: played.sale.slug,
      genuineLink: linkOf(false),
      ringLink: linkOf(true),
      openLink: unanswered.at(-1)?.link ?? null,
      openSession: await unansweredSession(stage, unanswered.slice(0, -1)),
      operators: DESK_NAMES,
      password: PASSWORD,
    });
    return facts;
  } finally {
    await stage.close();
  }
}

/** The outcome of every order that was won. */
async function readDots(stage: Stage, winners: readonly Entrant[], held: readonly boolean[]) {
  const rows = await stage.sql<{ orderId: string; state: string; owed: boolean }[]>`
    select d.order_id, d.state, exists (select 1 from entitlement e
      where e.decision_id = d.decision_id and e.state = 'served') as owed from decision d`;
  const ends = new Map(rows.map((row) => [row.orderId, row]));
  return winners.map((entrant, index) => {
    const end = ends.get(must(entrant.orderId, "an order was placed"));
    const back = end?.owed ? ("owed_and_served" as const) : ("given_back" as const);
    const now = end === undefined ? ("stands" as const) : ("cancelled" as const);
    return {
      ring: isRing(entrant),
      cancelledThen: must(held[index], "as many as asked for"),
      now: end?.state === "overturned" ? back : now,
    };
  });
}

type Told = Pick<
  IncidentFacts,
  "dots" | "oldRules" | "policyIssues" | "massCancel" | "cases" | "decided"
> & {
  appeals: { filed: number; late: number };
  makeUp: { carvedOfPublic: number; makeUpUnits: number };
};

/** Publishes the report and takes its figures where it has them. */
async function tell(
  stage: Stage,
  desk: LastingDesk,
  played: Played,
  told: Told,
): Promise<IncidentFacts> {
  const { operator, secondReviewer } = await desk.now();
  const { slug } = played.sale;
  const { api } = stage;
  const sample = `/v1/operator/sales/${slug}/error-sample`;
  await api.post(sample, operator, { refused: 60, accepted: 60 });
  const { orders } = await api.get<{ orders: { sampleId: string }[] }>(sample, operator);
  const byOrder = new Map(played.winners.map((one) => [one.orderId, one]));
  for (const { sampleId } of orders) {
    // The people of the story find the truth; which order it is, the list does not say.
    const [drawn] = await stage.sql<{ orderId: string }[]>`
      select order_id from error_sample where sample_id = ${sampleId}`;
    const { orderId } = must(drawn, "a drawn order");
    const found = isRing(must(byOrder.get(orderId), "entrant of an order"))
      ? "not_genuine"
      : "genuine";
    await api.post(`${sample}/${sampleId}`, secondReviewer, { found });
  }
  const { document } = await api.post<{ document: any }>( // eslint-disable-line -- a report's own shape
    `/v1/operator/sales/${slug}/report`,
    operator,
    {},
  );
  const { winners } = played;
  const findings = await fsck(stage.sql, { keyring: stage.keyring, nowMs: stage.clock.nowMs() });
  const leftOut = document.appeals.upheld - document.unitsGivenBack - document.entitlements.served;
  return {
    entrants: played.entrants.length,
    units: played.units,
    orders: winners.length,
    secondEntriesRefused: played.secondEntriesRefused,
    ringOrders: winners.filter(isRing).length,
    genuineOrders: winners.filter((one) => !isRing(one)).length,
    dots: told.dots,
    oldRules: told.oldRules,
    policyIssues: told.policyIssues,
    cases: told.cases,
    massCancel: told.massCancel,
    decided: told.decided,
    notices: {
      delivered: document.notices.delivered,
      bounced: document.notices.bounced,
      hours: document.medianHoursToNotice,
    },
    appeals: {
      filed: document.appeals.filed,
      upheld: document.appeals.upheld,
      late: document.appeals.upheldByDefault,
      rejected: document.appeals.rejected,
      hours: document.medianHoursToAnswer,
    },
    remedies: {
      unitsBack: document.unitsGivenBack,
      entitlements: document.entitlements.promised,
      served: document.entitlements.served,
      ...told.makeUp,
    },
    genuineLeftOut: leftOut,
    ownError: document.ownError.wronglyRefused,
    faults: findings.flatMap((one) => one.faults.map(faultText)),
  };
}
