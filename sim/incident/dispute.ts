/*
 * The dispute in the story: cases are decided, a batch runs, buyers appeal, appeals are answered.
 */

import { asText, type Text } from "../../src/base/language.ts";
import { must } from "../../src/base/assert.ts";
import { weakOrSingle } from "../../src/cases/appeal/appeal.ts";
import type { DecisionRecord } from "../../src/cases/decision/decisionRecord.ts";
import { noticeText } from "../../src/cases/decision/wording.ts";
import { readMessages, sendMessages, type ReadMessage } from "../fakes/readMessages.ts";
import type { Entrant } from "./crowd.ts";
import type { LastingDesk } from "./desk.ts";
import type { Stage } from "./stage.ts";

/** A batch as the API shows it. */

export interface Batch {
  readonly batchId: string;
  readonly selectionDigest: string;
  readonly preview: {
    readonly orders: number;
    readonly accountsWithOneOrder: number;
    readonly moneyMinorUnits: number;
    readonly sellerCancelRate: Readonly<Record<string, { now: number; after: number }>>;
  };
  readonly sample: readonly { readonly caseNo: number }[];
  readonly progress: { readonly cancelled: number };
}

interface CaseShown {
  readonly version: number;
  readonly orders: readonly { readonly orderId: string }[];
}

const HOUR_MS = 3_600_000;
/** Buyers of this channel do not wait for the answer: they take their money back meanwhile. */
const IMPATIENT = "Lazada";
const isRing = (entrant: Entrant | undefined) => entrant?.label.ring != null;
/**
 * Cases of genuine buyers alone that the story's reviewer gets wrong; everybody makes some
 * mistakes.
 */
const MISTAKEN_CASES = 3;

/**
 * The reviewer decides every case. She recognises rings, cannot tell a genuine buyer inside one,
 * and releases all but a few of the cases without a ring.
 */
export async function decideCases(
  stage: Stage,
  desk: LastingDesk,
  slug: string,
  winners: readonly Entrant[],
) {
  const { api } = stage;
  const { reviewer } = await desk.now();
  const byOrder = new Map(winners.map((one) => [one.orderId, one]));
  const { cases } = await api.get<{ cases: { caseNo: number }[] }>(
    `/v1/operator/cases?sale=${slug}&limit=500`,
    reviewer,
  );
  const counts = { casesCancelled: 0, casesReleased: 0 };
  let mistaken = 0;
  for (const { caseNo } of cases) {
    const path = `/v1/operator/sales/${slug}/cases/${caseNo}`;
    const shown = await api.get<CaseShown>(path, reviewer);
    const rings = shown.orders.filter(({ orderId }) => isRing(byOrder.get(orderId))).length;
    const mistake = rings === 0 && mistaken < MISTAKEN_CASES;
    const cancel = rings * 2 >= shown.orders.length || mistake;
    const decision = (verdict: "cancel" | "release") => ({
      version: shown.version,
      verdict,
      note: cancel ? "perangkat dan pembayaran yang sama" : "alamat dan perangkat masing-masing",
    });
    try {
      await api.post(`${path}/decision`, reviewer, decision(cancel ? "cancel" : "release"));
      if (mistake) mistaken++;
      counts[cancel ? "casesCancelled" : "casesReleased"]++;
    } catch {
      // Orders without strong evidence under the policy can only be released.
      await api.post(`${path}/decision`, reviewer, decision("release"));
      counts.casesReleased++;
    }
  }
  return { ...counts, cases: cases.length };
}

export interface BatchRun {
  /** The link in each notice, and its holder. */
  readonly links: readonly { readonly link: string; readonly entrant: Entrant }[];
  readonly figures: {
    readonly ordersCancelled: number;
    readonly genuineHit: number;
    readonly ringStopped: number;
    readonly announcedBeforeNotices: string;
    readonly exampleNotice: Text;
  };
}

/** A message gateway reports on each notice: most arrive, a few bounce. */
async function deliver(stage: Stage, messages: readonly ReadMessage[]): Promise<void> {
  await sendMessages(stage.sql, "decision");
  for (const [index, { messageId }] of messages.entries()) {
    const body = { messageId, outcome: index % 25 === 24 ? "bounced" : "delivered" };
    await stage.api.call("POST", "/v1/notices/events", {
      headers: stage.server.signNotice(JSON.stringify(body)),
      body,
    });
  }
}

/** Two people approve the selection; after the grace window it runs, notices first. */
export async function runBatch(
  stage: Stage,
  desk: LastingDesk,
  slug: string,
  winners: readonly Entrant[],
): Promise<BatchRun> {
  const { api, clock, server } = stage;
  const { operator, approver } = await desk.now();
  const batch = await api.post<Batch>(`/v1/operator/sales/${slug}/batches`, operator, {});
  const approval = `/v1/operator/batches/${batch.batchId}/approval`;
  const { selectionDigest } = batch;
  await api.post(approval, operator, { selectionDigest });
  await api.post(approval, approver, { selectionDigest });
  clock.moveTo(clock.nowMs() + HOUR_MS);
  await server.caseWorker.run();
  const announcement = `/v1/operator/batches/${batch.batchId}/announcement`;
  const early = await api.refused(announcement, operator);
  const notices = await readMessages(stage.sql, stage.keyring, "decision");
  clock.moveTo(clock.nowMs() + HOUR_MS / 4);
  await deliver(stage, notices);
  // Calls to the channel go on meanwhile, and the statement is published.
  for (let round = 0; round < 40; round++) await server.caseWorker.run();
  await server.sender.run();
  const byOrder = new Map(winners.map((one) => [one.orderId, one]));
  const links = [];
  for (const { text } of notices) {
    const link = must(/\/d\/([0-9a-f]{48})/.exec(text)?.[1], "a notice has a link");
    const { record } = await api.get<{ record: DecisionRecord }>(`/v1/decisions/${link}`);
    links.push({
      link,
      entrant: must(byOrder.get(record.order_id), "entrant of an order"),
      record,
    });
  }
  const genuine = links.filter(({ entrant }) => !isRing(entrant));
  const example = must(genuine[0] ?? links[0], "a notice").record;
  const where = { link: "https://toko.example/d/…", timeZone: "Asia/Jakarta" };
  return {
    links,
    figures: {
      ordersCancelled: links.length,
      genuineHit: genuine.length,
      ringStopped: links.length - genuine.length,
      announcedBeforeNotices: early.title,
      exampleNotice: asText((language) => noticeText(example, where, language).text),
    },
  };
}

const ANSWERS = {
  upheld: {
    id: "Anda mengirim KTP dan alamat yang berbeda dari akun lain dalam kasus ini. Kami keliru; maaf.",
    en: "You sent papers and an address that differ from the other accounts of this case. We were wrong; sorry.",
  },
  rejected: {
    id: "Delapan akun membayar dari satu dompet dan satu perangkat; tidak ada yang menunjukkan orang yang berbeda.",
    en: "Eight accounts paid from one wallet and one device; nothing that was sent shows different people.",
  },
} as const;

/**
 * Every wronged buyer appeals through the notice, and a few of the rings try. One appeal stays
 * unanswered.
 */
export async function appealAndAnswer(
  stage: Stage,
  desk: LastingDesk,
  batch: BatchRun,
): Promise<{ filed: number; late: number }> {
  const { api, clock, server } = stage;
  clock.moveTo(clock.nowMs() + 3 * HOUR_MS);
  const genuine = batch.links.filter(({ entrant }) => !isRing(entrant));
  const bold = batch.links.filter(({ entrant }) => isRing(entrant)).slice(0, 5);
  const pending: { appealId: string; genuine: boolean; single: boolean }[] = [];
  for (const { link, entrant } of [...genuine, ...bold]) {
    const statement = isRing(entrant)
      ? "Semua akun ini keluarga besar saya."
      : "Saya membeli satu untuk diri sendiri. Kami serumah memakai satu ponsel.";
    const { appeal, record, mayTakeMoneyBack } = await api.call<{
      appeal: { appealId: string };
      record: DecisionRecord;
      mayTakeMoneyBack: boolean;
    }>("POST", `/v1/decisions/${link}/appeal`, { body: { statement, isFamily: true } });
    if (!isRing(entrant) && record.channel === IMPATIENT && mayTakeMoneyBack) {
      const body = { understood: true };
      await api.call("POST", `/v1/decisions/${link}/refund`, { body });
    }
    const single = weakOrSingle(record.reasons);
    pending.push({ appealId: appeal.appealId, genuine: !isRing(entrant), single });
  }
  const forgotten = pending.find((one) => one.genuine && one.single) ?? null;
  clock.moveTo(clock.nowMs() + 9 * HOUR_MS);
  for (const { appealId, genuine: right } of pending) {
    if (appealId === forgotten?.appealId) continue;
    const { secondReviewer } = await desk.now();
    const outcome = right ? "upheld" : "rejected";
    await api.post(`/v1/operator/appeals/${appealId}/decision`, secondReviewer, {
      outcome,
      answer: ANSWERS[outcome],
    });
  }
  clock.moveTo(clock.nowMs() + 30 * HOUR_MS);
  await server.caseWorker.run();
  await server.sender.run();
  return { filed: pending.length, late: forgotten ? 1 : 0 };
}
