/*
 * Routes of a buyer's offer: extend, decline, order, and answer the question before a doubtful
 * order.
 */

import { must } from "../../base/assert.ts";
import type { FastifyInstance } from "fastify";
import { checkCode } from "../../access/io/codeStore.ts";
import { findBuyerPasskey, listPasskeys } from "../../access/io/passkeyStore.ts";
import type { Session } from "../../access/session.ts";
import { offerRoutes } from "../../api/offerRoutes.ts";
import type { Transaction } from "../../db/connect.ts";
import type { Call } from "../../http/call.ts";
import type { Outcome } from "../../http/idempotency.ts";
import { mount, mountGrouped } from "../../http/mount.ts";
import { askForUse, askingBuyer, takeUse } from "../../people/io/passkeys.ts";
import { Refusal, unlessRefused } from "../../http/problem.ts";
import { roundOf } from "../definition.ts";
import { lookAtRecipients } from "../recipient/io/recipients.ts";
import {
  domainDoubt,
  NEXT_CODE_MS,
  STEP_UP_MS,
  stepUpKinds,
  type Doubt,
  type Wanted,
} from "../doubt.ts";
import { offerCan } from "../offer.ts";
import { RECIPIENT_USED } from "../words.ts";
import { collectFacts, type OrderFacts } from "./factsStore.ts";
import { countDomainOffers, declineOffer, extendOffer, lockOffers } from "./offerStore.ts";
import {
  mapUnlessRefused,
  offersAtHand,
  placeOrders,
  refusalToTake,
  requireOffer,
  sendCode,
  type Admitted,
  type OfferAtHand,
  type Ordering,
} from "./placing.ts";
import { presentOffer, presentOrder, presentStepUp, standingOfRow } from "./presentOrder.ts";
import {
  noteCodeSent,
  passStepUp,
  rewriteWanted,
  writeStepUp,
  type StoredStepUp,
} from "./stepUpStore.ts";
import type { SaleDeps } from "./requireSale.ts";

/** The question has its own code: a code for sign-in or payment does not answer it. */
const codePurpose = (offerId: string) => `step-up ${offerId}`;
/** Buyers who signed in by e-mail get the code there. */
const contactKeyOf = (buyer: Session) => buyer.phoneKey ?? buyer.emailKey ?? buyer.accountKey;

async function sendStepUpCode(
  tx: Transaction,
  deps: SaleDeps,
  { at, buyer, nowMs, language }: Omit<Ordering, "wanted">,
): Promise<boolean> {
  const sent = await sendCode(tx, deps, at.sale, {
    kind: "step_up_code",
    purpose: codePurpose(at.offer.offerId),
    nowMs,
    language,
    contactKey: contactKeyOf(buyer),
    accountKey: buyer.accountKey,
    minutes: STEP_UP_MS / 60_000,
  });
  if (sent) await noteCodeSent(tx, at.offer, nowMs);
  return sent;
}

/** Doubts about mailboxes whose domain may have one owner, by offer. */
async function domainDoubts(
  tx: Transaction,
  deps: SaleDeps,
  orderings: readonly Ordering[],
): Promise<ReadonlyMap<string, Doubt>> {
  const doubts = new Map<string, Doubt>();
  if (deps.doubts === null) return doubts;
  // Where a phone is verified, the mailbox is not what the turn rests on.
  const byMail = orderings.filter(({ buyer }) => buyer.emailKey && !buyer.phoneKey);
  for (const saleNo of new Set(byMail.map(({ at }) => at.sale.saleNo))) {
    const ofSale = byMail.filter(({ at }) => at.sale.saleNo === saleNo);
    const accountKeys = ofSale.map(({ buyer }) => buyer.accountKey);
    const counts = await countDomainOffers(tx, saleNo, accountKeys);
    for (const { at, buyer } of ofSale) {
      const doubt = domainDoubt(counts.get(buyer.accountKey) ?? 0);
      if (doubt) doubts.set(at.offer.offerId, doubt);
    }
  }
  return doubts;
}

/** Whom and where orders go to, beside the sale's other orders; locks their recipients. */
const recipientsOf = (tx: Transaction, deps: SaleDeps, orderings: readonly Ordering[]) =>
  lookAtRecipients(
    tx,
    deps,
    orderings.map(({ at: { offer }, wanted: { facts } }) => ({
      offer,
      facts,
      owed: offer.promisedMinorUnits !== null,
    })),
  );

/** Doubts by offer, from the orders beside which each one stands; one that was asked is not scored again. */
async function scoreDoubts(
  deps: SaleDeps,
  orderings: readonly Ordering[],
): Promise<ReadonlyMap<string, Doubt>> {
  const doubts = new Map<string, Doubt>();
  const fresh = orderings.filter(({ at }) => at.stepUp === null);
  for (const ofSale of Map.groupBy(fresh, ({ at }) => at.sale.saleNo).values()) {
    const { sale } = must(ofSale[0], "groups are never empty").at;
    const orders = ofSale.map(({ at: { offer }, wanted, nowMs }) => ({ offer, wanted, nowMs }));
    const scores = (await deps.doubts?.score(sale, orders)) ?? [];
    for (const [index, doubt] of scores.entries()) {
      if (doubt) doubts.set(must(orders[index], "one score per order").offer.offerId, doubt);
    }
  }
  return doubts;
}

/**
 * Splits calls: those that may order now, and for the doubtful ones the refusal that asks the
 * question.
 */
async function askTheDoubtful(
  tx: Transaction,
  deps: SaleDeps,
  orderings: readonly Ordering[],
): Promise<(Admitted | Refusal)[]> {
  const scores = await scoreDoubts(deps, orderings);
  const ofDomain = await domainDoubts(tx, deps, orderings);
  // After the scores, which may take their time: until the commit nobody else gets these locks.
  const recipients = await recipientsOf(tx, deps, orderings);
  const steps: (Admitted | Refusal)[] = [];
  for (const ordering of orderings) {
    const { offer, sale } = ordering.at;
    const other = scores.get(offer.offerId) ?? ofDomain.get(offer.offerId) ?? null;
    const found = recipients.look(offer);
    const beyond = found.aheadCount >= sale.definition.unitsPerPersonCount;
    const doubt = deps.doubts && beyond ? withRecipient(other) : other;
    if (await ask(tx, deps, ordering, doubt)) steps.push(new Refusal("step_up_required"));
    else {
      recipients.keep(offer, found);
      steps.push({ ...ordering, recipient: found.recipient });
    }
  }
  return steps;
}

/**
 * Asks the question before a doubtful order; tells whether it did. Everything before the question
 * stays, and the unit is held. Asked once: an order that was questioned is not scored again, only
 * answered.
 */
async function ask(
  tx: Transaction,
  deps: SaleDeps,
  ordering: Ordering,
  doubt: Doubt | null,
): Promise<boolean> {
  const { at, wanted, nowMs, buyer } = ordering;
  if (at.stepUp?.passed) return false;
  if (at.stepUp) {
    await rewriteWanted(tx, deps.keyring, at.offer, wanted);
    return true;
  }
  if (!doubt) return false;
  const { accountKey } = buyer;
  const kinds = stepUpKinds(doubt, {
    hasContact: at.contactCipher !== null,
    hasPasskey: (await listPasskeys(tx, { accountKey })).length > 0,
  });
  await writeStepUp(tx, deps.keyring, at.offer, { doubt, kinds, wanted, nowMs });
  if (kinds.includes("code")) await sendStepUpCode(tx, deps, ordering);
  return true;
}

/** The open question of an offer that can still be accepted. */
function requireQuestion(
  deps: SaleDeps,
  at: OfferAtHand,
  nowMs: number,
): StoredStepUp & { readonly wanted: Wanted<OrderFacts> } {
  const { stepUp } = at;
  if (!stepUp || stepUp.passed || stepUp.wanted === null) throw new Refusal("step_up_not_asked");
  const refusal = refusalToTake(at, stepUp.wanted, nowMs, deps.provider.name);
  if (refusal) throw refusal;
  return { ...stepUp, wanted: stepUp.wanted };
}

/** The doubt about an order whose recipient and place have what one person may have. */
function withRecipient(doubt: Doubt | null): Doubt {
  const { bits, reasons } = doubt ?? { bits: 0, reasons: [] };
  // The strongest reason first, four at most.
  return { bits, reasons: [RECIPIENT_USED, ...reasons].slice(0, 4), strong: true };
}

/** The order of a call, or the refusal. */
function orderingOf(
  deps: SaleDeps,
  call: Call<typeof offerRoutes.placeOrder>,
  at: OfferAtHand | Refusal,
): Ordering | Refusal {
  if (at instanceof Refusal) return at;
  const { body, buyer, nowMs, language, request } = call;
  const { paymentMethod, delivery } = body;
  const facts = collectFacts(deps.keyring, at.contactCipher, { request, delivery });
  const ordering = { at, wanted: { paymentMethod, facts }, buyer, nowMs, language };
  return refusalToTake(at, ordering.wanted, nowMs, deps.provider.name) ?? ordering;
}

export function mountOffers(app: FastifyInstance, deps: SaleDeps): void {
  mountGrouped(app, deps, offerRoutes.placeOrder, {
    // One person's orders run one after the other: the limit counts existing orders.
    about: ({ buyer }) => buyer.accountKey,
    work: async (tx, calls) => {
      const atHand = await offersAtHand(tx, deps, calls);
      const orderings = calls.map((call, index) =>
        orderingOf(deps, call, must(atHand[index], "one offer per call")),
      );
      const asked = await mapUnlessRefused(orderings, (left) => askTheDoubtful(tx, deps, left));
      const placed = await mapUnlessRefused(asked, async (left) => {
        const orders = await placeOrders(tx, deps, left);
        return orders.map((order, index): Outcome => {
          if (order instanceof Refusal) return order;
          const { definition } = must(left[index], "one order per placed call").at.sale;
          return {
            status: 201,
            body: presentOrder(definition, deps.provider, order, standingOfRow(order)),
          };
        });
      });
      return placed;
    },
  });

  mount(app, deps, offerRoutes.extendOffer, async (tx, { params, buyer, nowMs }) => {
    const { sale, offer, paused } = await requireOffer(tx, deps, params, buyer);
    const usable = offerCan.beExtended(offer, nowMs, paused);
    if (!usable.ok) throw new Refusal(usable.why);
    const { offerExtensionMs } = must(roundOf(sale.definition, offer.roundNo), "round of an offer");
    const extended = await extendOffer(tx, offer, offer.expiresAtMs + offerExtensionMs);
    const stepUp = await presentStepUp(tx, deps.keyring, extended);
    return { status: 200, body: presentOffer(sale.definition, deps.provider, extended, stepUp) };
  });

  mount(app, deps, offerRoutes.declineOffer, async (tx, { params, buyer, nowMs }) => {
    const { sale, offer, paused } = await requireOffer(tx, deps, params, buyer);
    const usable = offerCan.beTakenUp(offer, nowMs, paused);
    if (!usable.ok) throw new Refusal(usable.why);
    const declined = await declineOffer(tx, offer, nowMs);
    return { status: 200, body: presentOffer(sale.definition, deps.provider, declined, null) };
  });
  mountStepUp(app, deps);
}

interface PasskeyAnswer {
  readonly credential: { readonly id: string };
  /** When the answered question was asked. */
  readonly askedAtMs: number;
}

/** The passkey must be older than the question: one made to answer it proves nothing. */
async function takePasskey(
  tx: Transaction,
  deps: SaleDeps,
  call: Parameters<typeof askingBuyer>[1],
  { credential, askedAtMs }: PasskeyAnswer,
): Promise<void> {
  const passkey = await findBuyerPasskey(tx, call.buyer.accountKey, credential.id);
  if (!passkey || passkey.createdAtMs > askedAtMs) throw new Refusal("passkey_refused");
  await takeUse(deps, askingBuyer(tx, call), credential, passkey);
}

function mountStepUp(app: FastifyInstance, deps: SaleDeps): void {
  mount(app, deps, offerRoutes.answerStepUp, async (tx, call) => {
    const { params, body, buyer, nowMs, language } = call;
    const at = await requireOffer(tx, deps, params, buyer);
    const { wanted, kinds, askedAtMs } = requireQuestion(deps, at, nowMs);
    if (!kinds.includes(body.kind)) throw new Refusal("step_up_not_asked");
    if (body.kind === "passkey")
      await takePasskey(tx, deps, call, { credential: body.credential, askedAtMs });
    if (body.kind === "code") {
      const check = await checkCode(tx, {
        contactKey: contactKeyOf(buyer),
        purpose: codePurpose(at.offer.offerId),
        codeKey: deps.keyring.identityKey("code", body.code),
        nowMs,
      });
      if (check === "used") throw new Refusal("code_used");
      if (check === "wrong") throw new Refusal("code_wrong", { keepsWrites: true });
    }
    const ordering = { at, wanted, buyer, nowMs, language };
    await deps.doubts?.answered(at.sale, { offer: at.offer, wanted, nowMs });
    // Answered, it is placed; whether it then waits for a person follows from those before it.
    const { recipient } = (await recipientsOf(tx, deps, [ordering])).look(at.offer);
    const [placed] = await placeOrders(tx, deps, [{ ...ordering, recipient }]);
    const order = unlessRefused(placed);
    await passStepUp(tx, at.offer, body.kind, nowMs);
    const shown = presentOrder(at.sale.definition, deps.provider, order, standingOfRow(order));
    return { status: 201, body: shown };
  });

  mount(app, deps, offerRoutes.stepUpPasskeyQuestion, async (tx, call) => {
    const { params, buyer, nowMs } = call;
    const at = await requireOffer(tx, deps, params, buyer);
    const { kinds, askedAtMs } = requireQuestion(deps, at, nowMs);
    if (!kinds.includes("passkey")) throw new Refusal("step_up_not_asked");
    const known = await listPasskeys(tx, { accountKey: buyer.accountKey });
    const before = known.filter(({ createdAtMs }) => createdAtMs <= askedAtMs);
    return { status: 200, body: await askForUse(deps, askingBuyer(tx, call), before) };
  });

  mount(app, deps, offerRoutes.sendStepUpCode, async (tx, call) => {
    const { params, buyer, nowMs, language } = call;
    const at = await requireOffer(tx, deps, params, buyer);
    const { kinds, codeSentAtMs } = requireQuestion(deps, at, nowMs);
    if (!kinds.includes("code")) throw new Refusal("step_up_not_asked");
    const waitMs = codeSentAtMs === null ? 0 : codeSentAtMs + NEXT_CODE_MS - nowMs;
    if (waitMs > 0) {
      throw new Refusal("rate_limited", { retryAfterSeconds: Math.ceil(waitMs / 1_000) });
    }
    await sendStepUpCode(tx, deps, { at, buyer, nowMs, language });
    const [locked] = await lockOffers(tx, [at.offer]);
    const offer = must(locked, "locked before in this transaction");
    const stepUp = await presentStepUp(tx, deps.keyring, offer);
    return { status: 200, body: presentOffer(at.sale.definition, deps.provider, offer, stepUp) };
  });
}
