/* Refusals of what is reported about an order, and of money that is asked back. */

import { problem } from "./definition.ts";

/** Joined into the table of all problems. */
export const ORDER_PROBLEMS = {
  status_needs_handover: problem(
    409,
    "Status ini memerlukan bukti serah terima kurir.",
    "This status needs a courier's reference of having taken the parcel over.",
  ),
  status_needs_decision: problem(
    409,
    "Tidak ada keputusan atau kasus yang membenarkan status ini.",
    "No decision or case makes this status true.",
  ),
  status_contradicts_decision: problem(
    409,
    "Status ini bertentangan dengan keputusan yang berlaku.",
    "This status contradicts the decision in force.",
  ),
  status_contradicts_review: problem(
    409,
    "Pesanan sedang ditinjau dan tidak boleh dikirim dahulu.",
    "The order is under review and must not be shipped yet.",
  ),
  status_contradicts_order: problem(
    409,
    "Pesanan ini belum dibayar, sudah batal, atau sudah diterima; status ini tidak mungkin benar.",
    "This order is unpaid, cancelled or delivered; the status cannot be true.",
  ),
  money_not_kept: problem(
    409,
    "Tidak ada uang yang kami simpan untuk pesanan ini: belum dibayar, atau sudah dikembalikan.",
    "We keep no money for this order: none was paid, or it went back already.",
  ),
  status_needs_buyer: problem(
    409,
    "Pembeli tidak membatalkan pesanan ini.",
    "The buyer did not cancel this order.",
  ),
};
