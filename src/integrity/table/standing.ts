/*
 * Whether an order of a file still stands. Must never happen: an order that was cancelled, never paid or refunded uses
 * up its buyer's limit, or speaks against somebody.
 */

/** Why an order stands apart; `living` ones count. */
export const STANDINGS = ["living", "cancelled", "unpaid", "refunded"] as const;
export type Standing = (typeof STANDINGS)[number];
export type Apart = Exclude<Standing, "living">;

/** The numbers of standings in a batch are their places in that list. */
export const LIVING = STANDINGS.indexOf("living");
const NEVER_PAID = STANDINGS.indexOf("unpaid");

/** How an order stood before it was taken back: one that was paid counted. */
export const beforeTakenBack = (standing: number): number =>
  standing === NEVER_PAID ? NEVER_PAID : LIVING;

/** Only asked for, or only in part: the order stands. */
const NOT_YET =
  /request|diajukan|permohonan|menunggu (?:konfirmasi|persetujuan)|in[_ ]cancel|partial|sebagian|ditolak|rejected|need_cancel/i;
const CANCELLED =
  /\b(?:cancel(?:l?ed|l?ation)?|void(?:ed)?|(?:di)?batal(?:kan)?|dibatalkan|pembatalan|trash)\b/i;
const REFUNDED =
  /\b(?:refund(?:ed)?|returned|retur|dikembalikan|pengembalian(?: dana)?|chargeback)\b/i;
const UNPAID =
  /\b(?:unpaid|not[_ ]paid|belum (?:di)?bayar|belum lunas|menunggu (?:pem)?bayar(?:an)?|awaiting[_ ]payment|pending[_ ]payment|payment[_ ]pending|waiting[_ ]for[_ ]payment|expired?|kedaluwarsa|kadaluarsa|abandoned|declined|denied|deny)\b/i;
/** Paid at the door: such an order is unpaid for as long as it is on its way. */
const AT_THE_DOOR = /\bcod\b|cash on delivery|bayar (?:di tempat|ditempat)/i;

/** Cells that say how an order stands. */
export interface StandingCells {
  readonly status: string;
  /** When it was cancelled; empty for an order that was not. */
  readonly cancelledAt: string;
  readonly paymentMethod: string;
  /** A status by which this format says that nothing was paid yet. */
  readonly unpaidStatus: readonly string[];
}

export function standingOf(cells: StandingCells): Standing {
  const { status, cancelledAt, paymentMethod, unpaidStatus } = cells;
  if (cancelledAt !== "" && /\d/.test(cancelledAt) && !cancelledAt.startsWith("0000"))
    return REFUNDED.test(status) && !NOT_YET.test(status) ? "refunded" : "cancelled";
  if (status === "") return "living";
  if (!NOT_YET.test(status)) {
    if (REFUNDED.test(status)) return "refunded";
    if (CANCELLED.test(status)) return "cancelled";
  }
  const isUnpaid = UNPAID.test(status) || unpaidStatus.includes(status.toLowerCase());
  return isUnpaid && !AT_THE_DOOR.test(paymentMethod) ? "unpaid" : "living";
}
