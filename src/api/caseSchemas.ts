/*
 * Wire schemas of decisions: policies, cases, batches, decisions, appeals, remedies. Personal
 * values are masked in all of them.
 */

import { z } from "zod";
import { instant, paymentMethod, slug, standing, STANDING_CODES, text, uuid } from "./schemas.ts";

/** A SHA-256 digest, hexadecimal. */

export const digest = z.string().regex(/^[0-9a-f]{64}$/);
export const caseNo = z.coerce.number().int().min(1).max(10_000_000);
export const caseParams = z.object({ slug, caseNo });
export const batchParams = z.object({ batchId: uuid });
export const appealParams = z.object({ appealId: uuid });
export const linkParams = z.object({ link: z.string().regex(/^[0-9a-f]{48}$/) });

export const policyInfo = z.object({
  digest,
  name: z.string(),
  version: z.number().int(),
  publishedAt: instant,
  /** The whole document, in the format of docs/reference/policy.md. */
  document: z.record(z.string(), z.unknown()),
  /** Rules that must not cancel at present: their error rate exceeded its limit. */
  reviewOnlyRules: z.array(z.string()),
});

const reason = z.object({
  code: z.string(),
  bits: z.number(),
  id: z.string(),
  en: z.string(),
});

export const caseSummary = z.object({
  sale: z.string(),
  caseNo: z.number().int(),
  state: z.enum(["open", "decided", "closed"]),
  version: z.number().int(),
  topBits: z.number(),
  orderCount: z.number().int(),
  accountCount: z.number().int(),
  openedAt: instant,
  dueAt: instant,
  claimedBy: z.string().nullable(),
  claimedUntil: instant.nullable(),
  decidedBy: z.string().nullable(),
});

export const caseDetail = caseSummary.extend({
  policyDigest: digest,
  /** Shared evidence, arguments for and against, and conditions of release; values are masked. */
  document: z.record(z.string(), z.unknown()),
  orders: z.array(
    z.object({
      orderId: uuid,
      account: z.string(),
      personNo: z.number().int(),
      bits: z.number(),
      state: z.string(),
      placedAt: instant,
      channel: z.string(),
      sku: z.string(),
      paymentMethod: z.string(),
      priceMinorUnits: z.number().int(),
      ordersOfAccount: z.number().int(),
      /** How the question before the order was answered; null if none was asked. */
      answeredBy: z.enum(["code", "address"]).nullable(),
      verdict: z.enum(["cancel", "release"]).nullable(),
      /** Nobody decided before its channel's own deadline came near. */
      letStand: z.boolean(),
      /** How the order stands by now; null while the case is open. */
      standing: z.enum(STANDING_CODES).nullable(),
      reasons: z.array(reason),
    }),
  ),
  events: z.array(
    z.object({
      kind: z.string(),
      actor: z.string(),
      at: instant,
      detail: z.record(z.string(), z.unknown()),
    }),
  ),
  similar: z.array(z.number().int()),
  /** Colleagues who have it open now, as far as this server knows. */
  viewers: z.array(z.string()),
  /**
   * Arrival times of all orders of the sale, in slots of equal length: the background of the case.
   */
  crowd: z.object({ from: instant, to: instant, counts: z.array(z.number().int()) }),
});

const rate = z.object({ now: z.number(), after: z.number() });
const counts = z.record(z.string(), z.number().int());
const preview = z.object({
  cases: z.number().int(),
  orders: z.number().int(),
  accounts: z.number().int(),
  accountsWithOneOrder: z.number().int(),
  accountsWithinLimit: z.number().int(),
  moneyMinorUnits: z.number().int(),
  byRule: counts,
  byChannel: counts,
  byRegion: counts,
  byPaymentMethod: counts,
  bySku: counts,
  sellerCancelRate: z.record(z.string(), rate),
  /** Channels that cancel late orders by themselves, and the orders that reach each branch. */
  byDeadline: z
    .record(
      z.string(),
      z.object({
        shipByHours: z.number(),
        letStand: z.number().int(),
        atDeadline: z.number().int(),
        wholeTime: z.number().int(),
        appealStillOpen: z.enum(["release", "cancel_and_owe"]),
      }),
    )
    .optional(),
});

export const batch = z.object({
  batchId: uuid,
  sale: z.string(),
  state: z.enum(["sampling", "approving", "grace", "running", "stopped", "done"]),
  selectionDigest: digest,
  sampleSeed: z.string(),
  createdBy: z.string(),
  createdAt: instant,
  runsAt: instant.nullable(),
  stoppedBy: z.string().nullable(),
  announcedAt: instant.nullable(),
  approvedBy: z.array(z.string()),
  /** The same with the path by which each was invited: who invited, who invited that one. */
  approvals: z.array(z.object({ name: z.string(), invitedBy: z.array(z.string()), at: instant })),
  preview,
  sample: z.array(
    z.object({ caseNo: z.number().int(), found: z.enum(["right", "wrong"]).nullable() }),
  ),
  bound: z.object({
    remainingWrongAtMost: z.number().int(),
    allowedWrong: z.number().int(),
    within: z.boolean(),
    sampledUndecided: z.number().int(),
    confidence: z.number(),
  }),
  progress: z.object({
    orders: z.number().int(),
    cancelled: z.number().int(),
    leftAlone: z.number().int(),
    noticesPending: z.number().int(),
    noticesDelivered: z.number().int(),
    noticesBounced: z.number().int(),
    noticesTimedOut: z.number().int(),
    channelCallsOpen: z.number().int(),
    channelCallsDone: z.number().int(),
  }),
});

export const batchStatement = z.object({
  batchId: uuid,
  edition: z.number().int(),
  publishedAt: instant,
  digest,
  /** Why a person published it; null for an edition that follows from the counts. */
  correction: z.string().nullable(),
  document: z.record(z.string(), z.unknown()),
});

export const decisionRecord = z.record(z.string(), z.unknown());

export const decision = z.object({
  decisionId: uuid,
  state: z.enum(["in_force", "overturned", "final"]),
  record: decisionRecord,
  recordDigest: digest,
  /** Whether the unit is still held for the dispute. */
  unitHeld: z.boolean(),
  /** How the order stands, the same wherever it is said. */
  standing,
  /** Whether the money can be had back at once, and the unit is no longer kept then. */
  mayTakeMoneyBack: z.boolean(),
  /** Whether an appeal can still be filed, by the server's clock. */
  mayAppeal: z.boolean(),
  appeal: z
    .object({
      appealId: uuid,
      state: z.enum(["pending", "upheld", "rejected"]),
      filedAt: instant,
      dueAt: instant,
      byDefault: z.boolean(),
      answer: text.nullable(),
    })
    .nullable(),
  entitlement: z
    .object({
      entitlementId: uuid,
      state: z.enum(["standing", "reserved", "served", "expired", "waived"]),
      sku: z.string(),
      priceMinorUnits: z.number().int(),
      currency: z.string(),
      expiresAt: instant,
      sale: z.string().nullable(),
      roundNo: z.number().int().nullable(),
    })
    .nullable(),
  /** Independent bodies that a buyer can turn to. */
  outsideRoutes: z.array(z.object({ name: z.string(), text })),
});

/** A boolean as JSON, or as a form sends it: "on" for a ticked box. */
const flag = z
  .union([z.boolean(), z.enum(["true", "false", "on", "off"])])
  .default(false)
  .transform((said) => said === true || said === "true" || said === "on");

export const appealBody = z.strictObject({
  statement: z.string().trim().min(10).max(4_000),
  wantsHuman: flag,
  isFamily: flag,
});

/** Nothing irreversible without a second word. */
export const moneyBackBody = z.strictObject({ understood: z.literal(true) });

export const appealSummary = z.object({
  appealId: uuid,
  decisionId: uuid,
  sale: z.string(),
  orderId: uuid,
  state: z.enum(["pending", "upheld", "rejected"]),
  filedAt: instant,
  dueAt: instant,
  overdue: z.boolean(),
  /** Three quarters of the time to answer have passed. */
  dueSoon: z.boolean(),
  wantsHuman: z.boolean(),
  isFamily: z.boolean(),
  byDefault: z.boolean(),
  decidedBy: z.string().nullable(),
});

export const appealDetail = appealSummary.extend({
  statement: z.string(),
  record: decisionRecord,
  deciders: z.array(z.string()),
  files: z.array(
    z.object({ fileNo: z.number().int(), mediaType: z.string(), byteCount: z.number().int() }),
  ),
  answer: text.nullable(),
  /** The help desk's text about the order, as it stands now. */
  helpDesk: text,
});

export const entitlement = z.object({
  entitlementId: uuid,
  /** Null if it is owed for a failure of ours. */
  decisionId: uuid.nullable(),
  reason: text.nullable(),
  state: z.enum(["standing", "reserved", "served", "expired", "waived"]),
  /** The product: it is served from sales of this family only, but for a substitute agreed to. */
  family: z.string(),
  sku: z.string(),
  priceMinorUnits: z.number().int(),
  currency: z.string(),
  grantedAt: instant,
  expiresAt: instant,
  sale: z.string().nullable(),
  roundNo: z.number().int().nullable(),
});

/** Another product that a buyer may take instead of the unit owed. */
export const substitute = z.object({
  sale: z.string(),
  family: z.string(),
  sku: z.string(),
  name: text,
  /** The old price, or the new one if it is lower. */
  priceMinorUnits: z.number().int(),
  agreed: z.boolean(),
});

/** Ways in which an order was settled, as its timeline tells them. */
const ORDER_ENDS = [
  "paid",
  "cod_confirmed",
  "unpaid",
  "unconfirmed",
  "by_buyer",
  "refunded",
] as const;
const COURIER_WORDS = ["handed_over", "delivered", "delivery_failed"] as const;

export const ownOrder = z.object({
  orderId: uuid,
  sale: z.string(),
  saleTitle: text,
  roundNo: z.number().int(),
  channel: z.string(),
  variant: text,
  priceMinorUnits: z.number().int(),
  currency: z.string(),
  paymentMethod,
  /** One status, the same wherever it is shown. */
  status: z.enum(STANDING_CODES),
  standing,
  refundDue: z.boolean(),
  decisionId: uuid.nullable(),
  /** All events of the order, oldest first. */
  timeline: z.array(
    z.object({
      what: z.enum([
        "entered",
        "offered",
        "ordered",
        ...ORDER_ENDS,
        "preparing",
        ...COURIER_WORDS,
        "decided",
        "money_asked",
        "unit_let_go",
        "appealed",
        "upheld",
        "rejected",
        "owed",
        "served",
      ]),
      at: instant,
    }),
  ),
});

const share = z.object({
  wrong: z.number().int(),
  audited: z.number().int(),
  share: z.number(),
  low: z.number(),
  high: z.number(),
});
const shares = z.record(z.string(), share);
export const ownError = z.object({
  wronglyRefused: share,
  /** Weighted by the number of orders of each kind. */
  wronglyAccepted: share,
  byAccepted: z.object({ released: share, asked: share, undoubted: share }),
  /** All accepted orders of each kind: the weights of `wronglyAccepted`. */
  acceptedSizes: z
    .object({ released: z.number().int(), asked: z.number().int(), undoubted: z.number().int() })
    .optional(),
  byRule: shares,
  byChannel: shares,
  byPaymentMethod: shares,
  /** Regions with fewer than five judged orders are merged into "–". */
  byRegion: shares,
  guard: z
    .object({
      judgedCases: z.number().int(),
      wrongCases: z.number().int(),
      capital: z.number(),
      enough: z.number(),
      broken: z.boolean(),
    })
    .nullable(),
  reviewOnlyRules: z.array(z.string()),
  undecidedCount: z.number().int(),
  /** How far orders could have been held without a person; null before the sale was analysed. */
  certificate: z
    .object({
      delta: z.number(),
      holdsPerCase: z.number().int(),
      cases: z.number().int(),
      decidedCases: z.number().int(),
      wrongCases: z.number().int(),
      plainOrders: z.number().int(),
      judgedOrders: z.number().int(),
      promises: z.array(
        z.object({
          alpha: z.number(),
          bits: z.number().nullable(),
          clustersNeeded: z.number().int(),
        }),
      ),
    })
    .nullable(),
});

const maskedOrder = z.object({
  roundNo: z.number().int(),
  /** From the opening of the round, and from the offer, until the order was sent. */
  afterOpeningSeconds: z.number(),
  afterOfferSeconds: z.number(),
  channel: z.string(),
  sku: z.string(),
  paymentMethod: z.string(),
  name: z.string().nullable(),
  phone: z.string().nullable(),
  email: z.string().nullable(),
  address: z.string().nullable(),
  region: z.string().nullable(),
});

/** A drawn order: the same for refused and accepted ones until `found`. */
export const sampledOrder = z.object({
  facts: maskedOrder.extend({
    device: z.string().nullable(),
    browser: z.string().nullable(),
    ip: z.string().nullable(),
    payment: z.string().nullable(),
  }),
  shared: z.array(
    z.object({
      what: z.enum(["account", "phone", "email", "name", "place", "device", "payment", "ip"]),
      /** Other orders of the sale that have it, and the nearest of them by their `no` below. */
      orderCount: z.number().int(),
      with: z.array(z.number().int()),
    }),
  ),
  others: z.array(maskedOrder.extend({ no: z.number().int() })),
  found: z.enum(["genuine", "not_genuine"]).nullable(),
  /** The program's verdict; null until `found`. */
  first: z
    .object({
      orderId: z.uuid(),
      stratum: z.enum(["refused", "accepted"]),
      acceptedAs: z.enum(["released", "asked", "undoubted"]).nullable(),
      orderState: z.string(),
      refundDue: z.boolean(),
      decision: z.string().nullable(),
      caseNo: z.number().int().nullable(),
      bits: z.number().nullable(),
      reasons: z.array(z.object({ code: z.string(), id: z.string(), en: z.string() })),
      answeredBy: z.string().nullable(),
    })
    .nullable(),
});

export const saleReport = z.object({
  edition: z.number().int(),
  publishedAt: instant,
  digest,
  correction: z.string().nullable(),
  document: z.record(z.string(), z.unknown()),
});
