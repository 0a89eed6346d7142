import type { FastifyInstance } from "fastify";
import { checkCode } from "../../access/io/accountStore.ts";
import { findBuyerPasskey, listPasskeys } from "../../access/io/passkeyStore.ts";
import type { Session } from "../../access/session.ts";
import { offerRoutes } from "../../api/offerRoutes.ts";
import type { Transaction } from "../../db/connect.ts";
import { mount } from "../../http/mount.ts";
import { askForUse, askingBuyer, takeUse } from "../../http/passkeys.ts";
import { Refusal } from "../../http/problem.ts";
import { roundOf } from "../definition.ts";
import { NEXT_CODE_MS, STEP_UP_MS, stepUpKinds, type Wanted } from "../doubt.ts";
import { offerCan } from "../offer.ts";
import { collectFacts, type OrderFacts } from "./factsStore.ts";
import { declineOffer, extendOffer, lockOffer } from "./offerStore.ts";
import {
  placeOrder,
  requireOffer,
  requireTakeable,
  sendCode,
  type OfferAtHand,
} from "./placing.ts";
import { presentOffer, presentOrder, presentStepUp } from "./present.ts";
import type { SaleDeps } from "./saleRoutes.ts";
import {
  noteCodeSent,
  passStepUp,
  rewriteWanted,
  writeStepUp,
  type StoredStepUp,
} from "./stepUpStore.ts";

interface Came {
  readonly wanted: Wanted<OrderFacts>;
  readonly buyer: Session;
  readonly nowMs: number;
  readonly language: "id" | "en";
}

/** The code that answers the question is its own: a code for signing in, or for paying, does not. */
const codePurpose = (offerId: string) => `step-up ${offerId}`;
/** Whoever came with an e-mail has the code there. */
const contactKeyOf = (buyer: Session) => buyer.phoneKey ?? buyer.emailKey ?? buyer.accountKey;

async function sendStepUpCode(
  tx: Transaction,
  deps: SaleDeps,
  { sale, offer }: OfferAtHand,
  came: Omit<Came, "wanted">,
): Promise<boolean> {
  const { buyer, nowMs, language } = came;
  const sent = await sendCode(tx, deps, sale, {
    ...{ kind: "step_up_code", purpose: codePurpose(offer.offerId), nowMs, language },
    ...{ contactKey: contactKeyOf(buyer), accountKey: buyer.accountKey },
    minutes: STEP_UP_MS / 60_000,
  });
  if (sent) await noteCodeSent(tx, offer, nowMs);
  return sent;
}

/**
 * Asks before a doubtful order. The refusal is the question; what stands behind it stays, and the unit is
 * held. Asked once: an order that was asked for is not judged again, only answered.
 */
async function askIfDoubtful(
  tx: Transaction,
  deps: SaleDeps,
  at: OfferAtHand,
  came: Came,
): Promise<void> {
  const { sale, offer, stepUp } = at;
  const { wanted, nowMs } = came;
  if (stepUp?.passed) return;
  if (stepUp) {
    await rewriteWanted(tx, deps.keyring, offer, wanted);
    throw new Refusal("step_up_required");
  }
  const doubt = await deps.doubts?.look(tx, sale, { offer, wanted, nowMs });
  if (!doubt) return;
  const { accountKey } = came.buyer;
  const kinds = stepUpKinds(doubt, {
    hasContact: at.contactCipher !== null,
    hasPasskey: (await listPasskeys(tx, { accountKey })).length > 0,
  });
  await writeStepUp(tx, deps.keyring, offer, { doubt, kinds, wanted, nowMs });
  if (kinds.includes("code")) await sendStepUpCode(tx, deps, at, came);
  throw new Refusal("step_up_required");
}

/** The question that an offer waits for an answer to. */
function requireQuestion({
  stepUp,
}: OfferAtHand): StoredStepUp & { readonly wanted: Wanted<OrderFacts> } {
  if (!stepUp || stepUp.passed || stepUp.wanted === null) throw new Refusal("step_up_not_asked");
  return { ...stepUp, wanted: stepUp.wanted };
}

export function mountOffers(app: FastifyInstance, deps: SaleDeps): void {
  mount(app, deps, offerRoutes.placeOrder, async (tx, call) => {
    const { params, body, buyer, nowMs, language } = call;
    const at = await requireOffer(tx, deps, params, buyer);
    const { request } = call;
    const { paymentMethod, delivery } = body;
    const facts = collectFacts(deps.keyring, at.contactCipher, { request, delivery });
    const came = { wanted: { paymentMethod, facts }, buyer, nowMs, language };
    requireTakeable(at, came.wanted, nowMs);
    await askIfDoubtful(tx, deps, at, came);
    const order = await placeOrder(tx, deps, at, came);
    return { status: 201, body: presentOrder(at.sale.definition, deps.provider, order) };
  });

  mount(app, deps, offerRoutes.extendOffer, async (tx, { params, buyer, nowMs }) => {
    const { sale, offer, paused } = await requireOffer(tx, deps, params, buyer);
    const usable = offerCan.beExtended(offer, nowMs, paused);
    if (!usable.ok) throw new Refusal(usable.why);
    const { offerExtensionMs } = roundOf(sale.definition, offer.roundNo)!;
    const extended = await extendOffer(tx, offer, offer.expiresAtMs + offerExtensionMs);
    const stepUp = await presentStepUp(tx, deps.keyring, extended);
    return { status: 200, body: presentOffer(sale.definition, extended, stepUp) };
  });

  mount(app, deps, offerRoutes.declineOffer, async (tx, { params, buyer, nowMs }) => {
    const { sale, offer, paused } = await requireOffer(tx, deps, params, buyer);
    const usable = offerCan.beTakenUp(offer, nowMs, paused);
    if (!usable.ok) throw new Refusal(usable.why);
    const declined = await declineOffer(tx, offer, nowMs);
    return { status: 200, body: presentOffer(sale.definition, declined, null) };
  });
  mountStepUp(app, deps);
}

interface PasskeyAnswer {
  readonly credential: { readonly id: string };
  /** When the question was put that it answers. */
  readonly askedAtMs: number;
}

/** Made before the question: a passkey that is made to answer it says nothing. */
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
    const { wanted, kinds, askedAtMs } = requireQuestion(at);
    requireTakeable(at, wanted, nowMs);
    if (!kinds.includes(body.kind)) throw new Refusal("step_up_not_asked");
    if (body.kind === "passkey")
      await takePasskey(tx, deps, call, { credential: body.credential, askedAtMs });
    if (body.kind === "code") {
      const check = await checkCode(tx, {
        contactKey: contactKeyOf(buyer),
        purpose: codePurpose(params.offerId),
        codeKey: deps.keyring.identityKey("code", body.code),
        nowMs,
      });
      if (check !== "right") throw new Refusal(check === "used" ? "code_used" : "code_wrong");
    }
    const order = await placeOrder(tx, deps, at, { wanted, buyer, nowMs, language });
    await passStepUp(tx, at.offer, body.kind, nowMs);
    return { status: 201, body: presentOrder(at.sale.definition, deps.provider, order) };
  });

  mount(app, deps, offerRoutes.stepUpPasskeyQuestion, async (tx, call) => {
    const { params, buyer, nowMs } = call;
    const at = await requireOffer(tx, deps, params, buyer);
    const { kinds, wanted, askedAtMs } = requireQuestion(at);
    requireTakeable(at, wanted, nowMs);
    if (!kinds.includes("passkey")) throw new Refusal("step_up_not_asked");
    const known = await listPasskeys(tx, { accountKey: buyer.accountKey });
    const before = known.filter(({ createdAtMs }) => createdAtMs <= askedAtMs);
    return { status: 200, body: await askForUse(deps, askingBuyer(tx, call), before) };
  });

  mount(app, deps, offerRoutes.sendStepUpCode, async (tx, call) => {
    const { params, buyer, nowMs, language } = call;
    const at = await requireOffer(tx, deps, params, buyer);
    const { kinds, wanted, codeSentAtMs } = requireQuestion(at);
    requireTakeable(at, wanted, nowMs);
    if (!kinds.includes("code")) throw new Refusal("step_up_not_asked");
    const waitMs = codeSentAtMs === null ? 0 : codeSentAtMs + NEXT_CODE_MS - nowMs;
    if (waitMs > 0) {
      throw new Refusal("rate_limited", { retryAfterSeconds: Math.ceil(waitMs / 1_000) });
    }
    await sendStepUpCode(tx, deps, at, { buyer, nowMs, language });
    const { saleNo, offerId } = at.offer;
    const offer = (await lockOffer(tx, saleNo, offerId, buyer.accountKey))!;
    const stepUp = await presentStepUp(tx, deps.keyring, offer);
    return { status: 200, body: presentOffer(at.sale.definition, offer, stepUp) };
  });
}
