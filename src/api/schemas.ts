/*
 * Wire schemas that several routes share. Wire names are the words of docs/guide/glossary.md; a
 * published name never changes.
 */

import { z } from "zod";

/** The name of a sale in addresses. */

export const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/);
export const roundNo = z.coerce.number().int().min(1).max(99);
export const uuid = z.string().regex(/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i);
export const instant = z.iso.datetime();
export const text = z.object({ id: z.string(), en: z.string() });
export const paymentMethod = z.enum(["va", "qris", "ewallet", "card", "paylater", "cod"]);

export const saleParams = z.object({ slug });
export const roundParams = z.object({ slug, roundNo });
export const offerParams = z.object({ slug, offerId: uuid });
export const orderParams = z.object({ slug, orderId: uuid });

export const session = z.object({
  session: z.string(),
  expiresAt: instant,
});

export const workChallenge = z.object({
  algorithm: z.literal("SHA-256"),
  challenge: z.string(),
  salt: z.string(),
  signature: z.string(),
  maxnumber: z.number(),
});

export const entryBody = z.strictObject({
  channel: z.string().min(1).max(32),
  /** SKUs, most wanted first. */
  preferences: z.array(z.string().min(1).max(64)).min(1).max(20),
  /** Base64 of the solved challenge, in ALTCHA's format. */
  work: z.string().min(1).max(2_000),
});

export const entry = z.object({
  ticket: z.string(),
  entryId: uuid,
  windowNo: z.number().int(),
  channel: z.string(),
  preferences: z.array(z.string()),
  enteredAt: instant,
});

export const offer = z.object({
  offerId: uuid,
  state: z.enum(["open", "ordered", "declined", "expired"]),
  channel: z.string(),
  sku: z.string(),
  /** The price of an order of this unit for its buyer. */
  priceMinorUnits: z.number().int(),
  currency: z.string(),
  madeAt: instant,
  expiresAt: instant,
  extended: z.boolean(),
  /** A question to answer before the order is placed; the unit stays held. Null without one. */
  stepUp: z
    .object({
      kinds: z.array(z.enum(["code", "passkey", "address"])),
      reasons: z.array(text),
      /** The code's masked recipient; null if none was sent. */
      sentTo: z.string().nullable(),
      /** The typed address, to be confirmed. */
      address: z.string(),
    })
    .nullable(),
  paymentMethods: z.array(paymentMethod),
});

/**
 * The delivery address of a unit. Stored encrypted, used to tell rings from households, and erased
 * when it expires.
 */
export const delivery = z.strictObject({
  name: z.string().trim().min(1).max(120),
  phone: z.string().trim().min(5).max(30).optional(),
  address: z.string().trim().min(3).max(400),
  district: z.string().trim().max(120).optional(),
  city: z.string().trim().max(120).optional(),
});

/** Reports that a channel, a courier or a help desk may make. */
export const ORDER_STATUSES = [
  "preparing",
  ...(["handed_over", "delivered", "delivery_failed"] as const),
  ...(["cancelled_by_seller", "cancelled_by_buyer", "under_review"] as const),
] as const;

/** Each order has one, the same wherever it is said. */
export const STANDING_CODES = [
  ...(["awaiting_payment", "awaiting_confirmation", "paid", "cod_confirmed"] as const),
  "under_review",
  ...(["handed_over", "delivered", "delivery_failed"] as const),
  ...(["unpaid", "unconfirmed", "by_buyer", "refunded"] as const),
  ...(["by_decision", "let_go", "final", "owed", "served", "right_ended"] as const),
] as const;

const orderMoney = z.object({
  kind: z.enum(["none", "kept", "due", "back", "beside"]),
  minorUnits: z.number().int(),
  currency: z.string(),
  paymentMethod,
  /** When it is back at the latest, or was. */
  at: instant.nullable(),
});

/** How an order stands, and where its money is. */
export const standing = z.object({
  code: z.enum(STANDING_CODES),
  /** A decision about it was wrong, and the order stands again. */
  restored: z.boolean(),
  /** Restored or owed because our answer was late. */
  byTime: z.boolean(),
  /** Until when the unit is kept at the latest; null where none is kept. */
  unitKeptUntil: instant.nullable(),
  /** The end of an appeal that is still open when the channel's own deadline is near. */
  appealAtDeadline: z.enum(["release", "cancel_and_owe"]).nullable(),
  /** The one who ended the keeping of the unit while the dispute goes on. */
  letGoBy: z.enum(["buyer", "ship_by"]).nullable(),
  money: orderMoney.nullable(),
  /** Money that was paid beside it and goes back. */
  surplus: orderMoney.nullable(),
});

export const order = z.object({
  orderId: uuid,
  offerId: uuid,
  state: z.enum([
    "awaiting_confirmation",
    "awaiting_payment",
    "paid",
    "cod_confirmed",
    "cancelled",
  ]),
  cancelReason: z.enum(["unpaid", "unconfirmed", "by_buyer", "refunded", "by_decision"]).nullable(),
  channel: z.string(),
  sku: z.string(),
  paymentMethod,
  priceMinorUnits: z.number().int(),
  currency: z.string(),
  refundDue: z.boolean(),
  standing,
  placedAt: instant,
  dueAt: instant,
  payUrl: z.string().nullable(),
});

export const ownStatus = z.object({
  /** `setAside`: a unit that was owed, so it comes first in the line. */
  entry: entry.extend({ setAside: z.boolean() }).nullable(),
  place: z
    .object({
      state: z.enum(["in_window", "waiting", "offered", "over_limit", "shared_turn"]),
      placeNo: z.number().int().nullable(),
      /** People ahead who wait for the same variants, counted up to 1,000. */
      aheadCount: z.number().int().nullable(),
      /** There are more than that. */
      aheadIsMore: z.boolean(),
      /**
       * Probability from 0 to 1 that a unit becomes free for this place; null while not meaningful.
       */
      waitListOdds: z.number().nullable(),
    })
    .nullable(),
  /** The turn that this entry shares with others of the same person; null for a turn of its own. */
  sharedTurn: z
    .object({
      reason: text,
      otherCount: z.number().int(),
      /** State of the objection "we are two people"; null without one. */
      objection: z.enum(["waiting", "apart", "same"]).nullable(),
      /** The text of the person who decided. */
      answer: z.string().nullable(),
    })
    .nullable(),
  offer: offer.nullable(),
  order: order.nullable(),
  /** Why the order waits for a person, or waited until an objection was answered; null for most. */
  orderHold: z
    .object({
      waits: z.boolean(),
      reason: text,
      /** Further orders to the same recipient and address. */
      otherCount: z.number().int(),
      /** State of the objection "we are two people"; null without one. */
      objection: z.enum(["waiting", "apart", "same"]).nullable(),
      /** The text of the person who decided. */
      answer: z.string().nullable(),
    })
    .nullable(),
});

export const stockLine = z.object({
  channel: z.string(),
  sku: z.string(),
  allotted: z.number().int(),
  free: z.number().int(),
  offered: z.number().int(),
  ordered: z.number().int(),
  sold: z.number().int(),
  /** Units of orders that a decision took back, kept until the dispute ends. */
  held: z.number().int(),
  returned: z.number().int(),
  /** Of these, units set aside for people who were wronged earlier. */
  makeGood: z.number().int(),
});

const roundInfo = z.object({
  roundNo: z.number().int(),
  name: text,
  mode: z.enum(["draw", "shuffled_queue", "first_come"]),
  lobbyOpensAt: instant,
  opensAt: instant,
  closesAt: instant,
  windowMs: z.number().int(),
  chainAnchor: z.string(),
  /** The public beacon whose rounds the seeds include. */
  beacon: z.union([
    z.literal("off"),
    z.object({
      chainHash: z.string(),
      publicKey: z.string(),
      periodSeconds: z.number().int(),
      genesisSeconds: z.number().int(),
    }),
  ]),
  stock: z.array(z.object({ channel: z.string(), sku: z.string(), units: z.number().int() })),
});

export const saleInfo = z.object({
  slug: z.string(),
  state: z.enum(["draft", "live", "paused", "closed"]),
  title: text,
  description: text,
  timeZone: z.string(),
  currency: z.string(),
  unitsPerPerson: z.number().int(),
  definitionDigest: z.string(),
  variants: z.array(z.object({ sku: z.string(), name: text, priceMinorUnits: z.number().int() })),
  channels: z.array(
    z.object({
      code: z.string(),
      name: z.string(),
      paymentMethods: z.array(paymentMethod),
      codQuota: z.number().int(),
    }),
  ),
  rounds: z.array(roundInfo),
  synthetic: z.array(z.string()),
});

/** Response times of all servers together over the last ten seconds, pages and API together. */
export const answerTimes = z.object({
  perSecond: z.number(),
  medianMs: z.number(),
  p99Ms: z.number(),
  /** Answers with status 500 and above, and since when they are counted. */
  errorCount: z.number().int(),
  since: instant,
});

export const board = z.object({
  sale: z.string(),
  roundNo: z.number().int(),
  /** The operator's message to everybody; null without one. */
  message: text.nullable(),
  saleState: z.enum(["draft", "live", "paused", "closed"]),
  pausedAt: instant.nullable(),
  phase: z.enum(["upcoming", "lobby", "open", "over"]),
  mode: z.enum(["draw", "shuffled_queue", "first_come"]),
  sealedEntryCount: z.number().int(),
  sealedThroughWindowNo: z.number().int(),
  windows: z.array(
    z.object({
      windowNo: z.number().int(),
      /** The first of the windows that were sealed together; the same for a single one. */
      fromWindowNo: z.number().int(),
      entryCount: z.number().int(),
      firstPlaceNo: z.number().int(),
      /** Units set aside before the round opened: they have the window's first places. */
      setAsideCount: z.number().int(),
      root: z.string(),
      seed: z.string(),
    }),
  ),
  /** Fixed roots that wait for their beacon round: keep them, and check the record against them. */
  awaiting: z.array(
    z.object({
      windowNo: z.number().int(),
      fromWindowNo: z.number().int(),
      entryCount: z.number().int(),
      root: z.string(),
      beaconRoundNo: z.number().int(),
      beaconRoundAt: instant,
    }),
  ),
  /** Open windows in which people wait: all who come in them are drawn together. */
  rush: z
    .object({
      fromWindowNo: z.number().int(),
      turnedAwayCount: z.number().int(),
      longestWaitMs: z.number().int(),
    })
    .nullable(),
  stock: z.array(stockLine.extend({ offeredThroughPlaceNo: z.number().int() })),
  pollAfterMs: z.number().int(),
});

/** The answer of a command that has nothing more to say. */
export const acknowledged = z.object({ ok: z.literal(true) });
