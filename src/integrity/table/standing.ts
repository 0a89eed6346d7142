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

/** Taken back in part: the order stands. */
const IN_PART = /partial|sebagian/i;
/** Requests that are open, were refused, or were taken back themselves. "Request approved" is none of them. */
const NOT_YET = new RegExp(
  [
    String.raw`\b(?:di|meng)ajukan(?: (?:pengembalian|pembatalan|retur)(?: (?:dana|barang))*)?`,
    String.raw`\b(?:permintaan|permohonan|requests?|pengembalian|pembatalan|cancel(?:l?ation)?|returns?|refunds?)(?:[ /-]+(?:pengembalian|pembatalan|dana|barang|cancel(?:l?ation)?|returns?|refunds?|requests?))*[ -]+(?:ditolak|rejected|declined|dibatalkan|cancel(?:l?ed)?|diajukan|requested|(?:sedang )?diproses|pending)\b`,
    String.raw`\b(?:permintaan|permohonan|pengajuan)\b(?!.*(?:disetujui|approved))(?: (?:pengembalian|pembatalan|retur|refund)(?: (?:dana|barang))*)?`,
    String.raw`\b(?:(?:cancel(?:l?ation)?|returns?|refunds?)[ /-]+)*requests?\b(?!.*(?:disetujui|approved))`,
    String.raw`\bmenunggu (?:konfirmasi|persetujuan)(?: (?:pembatalan|pengembalian))?`,
    String.raw`\b(?:in|need) cancel\b`,
  ].join("|"),
  "gi",
);
/** "Tidak dibatalkan", "not refunded": the word says the opposite of what it would say alone. */
const NOT =
  /\b(?:tidak|tdk|belum|bukan|tanpa|not|no|never)[ -](?:di)?(?:cancel|void|batal|refund|retur|kembali|pengembalian|pembatalan)[a-z]*/gi;
/** A seller's or a system's refusal ends an order as a cancellation does. */
const CANCELLED =
  /\b(?:cancel(?:l?ed|l?ation)?|void(?:ed)?|(?:di)?batal(?:kan)?|dibatalkan|pembatalan|trash|(?<!(?:pembayaran|payment) )(?:ditolak|rejected))\b/i;
const REFUNDED =
  /\b(?:(?:di)?refund(?:ed)?|returned|(?:di)?retur|(?:di)?kembalikan|pengembalian(?: dana)?|(?:dana|uang)(?: sudah| telah)? kembali|chargeback)\b|shipped back|return (?:request )?(?:completed|approved|success)/i;
const UNPAID =
  /\b(?:unpaid|to pay|not paid|(?:belum|tidak|tdk) (?:di)?bayar|belum lunas|menunggu (?:pem)?bayar(?:an)?|gagal bayar|pembayaran (?:gagal|ditolak)|payment (?:failed|rejected)|failed payment|awaiting payment|pending payment|payment pending|waiting for payment|expired?|k[ea]daluw?arsa|abandoned|declined|denied|deny)\b/i;
/** Paid at the door: such an order is unpaid for as long as it is on its way. */
const AT_THE_DOOR = /\bcod\b|cash on delivery|bayar (?:di tempat|ditempat)/i;

/** Without any of these a status is about the way of a parcel, as nearly all are. */
const MAY_END =
  /cancel|void|batal|trash|tolak|reject|refund|retur|embali|chargeback|back|unpaid|not.paid|pay|bayar|lunas|expire|daluarsa|daluwarsa|abandon|declin|den[iy]/i;

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
  const { cancelledAt, paymentMethod, unpaidStatus } = cells;
  const isOfFormat = unpaidStatus.length > 0 && unpaidStatus.includes(cells.status.toLowerCase());
  if (cancelledAt === "" && !isOfFormat && !MAY_END.test(cells.status)) return "living";
  // Programs write the spaces of a status as underscores.
  const said = cells.status.replaceAll("_", " ").replace(NOT_YET, " ");
  const status = IN_PART.test(said) ? "" : said.replace(NOT, " ");
  const isUnpaid = isOfFormat || UNPAID.test(said);
  if (cancelledAt !== "" && /\d/.test(cancelledAt) && !cancelledAt.startsWith("0000"))
    return REFUNDED.test(status) ? "refunded" : "cancelled";
  if (REFUNDED.test(status)) return "refunded";
  if (CANCELLED.test(status)) return "cancelled";
  return isUnpaid && !AT_THE_DOOR.test(paymentMethod) ? "unpaid" : "living";
}
