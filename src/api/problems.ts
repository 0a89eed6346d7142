/*
 * All refusals of the API, in the format of RFC 9457; `type` is `/problems/<code>`. Codes are
 * stable, so clients may branch on them; titles say what to do next. docs/reference/errors.md lists
 * the same codes; a test compares both.
 */

import { textIn } from "../base/inLanguage.ts";
import type { Language } from "../base/language.ts";
import { CREDIT_PROBLEMS } from "./problems/credit.ts";
import { problem, type ProblemDefinition } from "./problems/definition.ts";
import { ORDER_PROBLEMS } from "./problems/order.ts";
import { SIGN_IN_PROBLEMS } from "./problems/signIn.ts";
import { STAFF_PROBLEMS } from "./problems/staff.ts";

export const PROBLEMS = {
  // The request itself
  invalid_request: problem(
    400,
    "Isian tidak lengkap atau keliru.",
    "Something in the request is missing or wrong.",
  ),
  idempotency_key_missing: problem(
    400,
    "Header Idempotency-Key belum ada.",
    "The header Idempotency-Key is missing.",
  ),
  idempotency_key_reused: problem(
    422,
    "Idempotency-Key ini sudah dipakai untuk permintaan lain.",
    "This Idempotency-Key was used for a different request.",
  ),
  request_in_flight: problem(
    409,
    "Permintaan yang sama sedang diproses. Coba lagi sebentar.",
    "The same request is still being worked on. Try again shortly with the same key.",
  ),
  body_too_large: problem(413, "Isi permintaan terlalu besar.", "The request body is too large."),
  unsupported_media_type: problem(
    415,
    "Kirim permintaan sebagai application/json, atau multipart/form-data bila berisi berkas.",
    "Send the request as application/json, or as multipart/form-data where it carries files.",
  ),
  not_found: problem(404, "Tidak ditemukan.", "There is nothing at this address."),
  rate_limited: problem(
    429,
    "Terlalu sering. Tempat Anda tidak hilang; coba lagi sebentar.",
    "Too often. You lose no place; try again shortly.",
  ),
  server_busy: problem(
    503,
    "Sedang sangat ramai. Coba lagi dengan kunci yang sama; tidak ada yang hilang.",
    "Very busy right now. Repeat with the same key; nothing is lost.",
  ),
  database_went_back: problem(
    503,
    "Basis data kami kehilangan menit-menit terakhir. Tidak ada yang dijual sampai kami memutuskan cara melanjutkan. Simpan bukti keikutsertaan Anda.",
    "Our database lost its last minutes. Nothing is sold until we have decided how to go on. Keep the ticket of your entry.",
  ),
  come_again: problem(
    503,
    "Sedang sangat ramai. Ulangi dengan kunci yang sama setelah detik yang disebut; tidak ada yang hilang.",
    "Very busy right now. Repeat with the same key after the seconds named; nothing is lost.",
  ),
  internal_error: problem(
    500,
    "Terjadi kesalahan pada kami. Ulangi dengan kunci yang sama.",
    "Something broke on our side. Repeat with the same key; what was confirmed is kept.",
  ),

  ...SIGN_IN_PROBLEMS,

  // Joining the line
  sale_not_found: problem(404, "Penjualan ini tidak ada.", "There is no such sale."),
  round_not_found: problem(404, "Gelombang ini tidak ada.", "The sale has no such round."),
  not_open_yet: problem(
    409,
    "Belum dibuka. Kembalilah pada waktu pembukaan.",
    "Not open yet. Come back at the opening time.",
  ),
  entry_closed: problem(409, "Pendaftaran sudah ditutup.", "Entry has closed."),
  channel_unknown: problem(400, "Kanal penjualan ini tidak ada.", "The sale has no such channel."),
  variant_unknown: problem(
    400,
    "Varian ini tidak dijual pada kanal tersebut.",
    "This variant is not sold on that channel.",
  ),
  already_entered: problem(
    409,
    "Anda sudah mendaftar pada gelombang ini; satu orang mendapat satu giliran.",
    "You have entered this round already; each person has one turn.",
  ),
  contact_already_entered: problem(
    409,
    "Nomor atau e-mail ini sudah terdaftar lewat akun lain.",
    "This phone number or e-mail entered already with another account.",
  ),
  entry_not_found: problem(
    404,
    "Anda belum terdaftar pada gelombang ini.",
    "You have no entry in this round.",
  ),
  window_sealed: problem(
    409,
    "Undian sudah disegel, pendaftaran tidak bisa ditarik lagi. Anda boleh menolak tawaran.",
    "The draw is sealed, so an entry cannot be withdrawn. You may decline an offer.",
  ),
  turn_not_shared: problem(
    409,
    "Pendaftaran Anda tidak berbagi giliran dengan siapa pun.",
    "Your entry shares its turn with nobody.",
  ),
  objection_made: problem(
    409,
    "Anda sudah menyampaikannya. Kami sedang memeriksanya.",
    "You have said so already. We are looking at it.",
  ),
  objection_not_found: problem(404, "Tidak ada keberatan ini.", "There is no such objection."),
  objection_decided: problem(
    409,
    "Keberatan ini sudah diputuskan.",
    "This objection has been decided.",
  ),
  ticket_invalid: problem(403, "Tiket ini tidak sah.", "This ticket is not valid."),

  // Offers and orders
  offer_not_found: problem(404, "Tawaran ini tidak ada.", "There is no such offer."),
  offer_expired: problem(
    409,
    "Waktu tawaran habis; unit berpindah ke antrean berikutnya.",
    "The offer has run out; the unit went to the next in line.",
  ),
  offer_ended: problem(409, "Tawaran ini sudah dijawab.", "This offer was answered already."),
  extension_used: problem(
    409,
    "Perpanjangan hanya satu kali.",
    "An offer can be extended once only.",
  ),
  step_up_required: problem(
    409,
    "Satu pertanyaan sebelum pesanan ini. Unitnya tetap ditahan untuk Anda.",
    "One question before this order. The unit stays held for you.",
  ),
  step_up_not_asked: problem(
    409,
    "Tidak ada pertanyaan yang dapat dijawab begitu.",
    "There is no question that can be answered in this way.",
  ),
  order_not_found: problem(404, "Pesanan ini tidak ada.", "There is no such order."),
  order_ended: problem(409, "Pesanan ini sudah selesai.", "This order has ended."),
  payment_method_not_offered: problem(
    400,
    "Kanal ini tidak menerima cara bayar tersebut.",
    "This channel does not offer that payment method.",
  ),
  payment_not_set_up: problem(
    409,
    "Belum ada layanan pembayaran di situs ini. Unit Anda tetap ditahan sampai batas waktunya; pilih bayar di tempat (COD) bila tersedia.",
    "No payment service is set up on this site yet. Your unit stays held until its time is over; choose cash on delivery where it is offered.",
  ),
  same_payment_method: problem(
    409,
    "Cara bayar ini sudah dipilih.",
    "This payment method is chosen already.",
  ),
  cod_quota_used: problem(
    409,
    "Kuota bayar di tempat (COD) habis. Unit Anda tetap ditahan; pilih cara bayar lain.",
    "The quota for cash on delivery is used up. Your unit is still held; choose another way to pay.",
  ),
  cod_limit_used: problem(
    409,
    "Batas pesanan bayar di tempat (COD) per orang sudah terpakai. Unit Anda tetap ditahan; pilih cara bayar lain.",
    "The limit of cash-on-delivery orders per person is used up. Your unit is still held; choose another way to pay.",
  ),
  phone_required: problem(
    409,
    "Bayar di tempat (COD) memerlukan nomor ponsel yang sudah diverifikasi.",
    "Cash on delivery needs a verified phone number.",
  ),
  signature_invalid: problem(
    403,
    "Tanda tangan pesan pembayaran tidak sah.",
    "The signature of the payment message is not valid.",
  ),

  // Running a sale
  sale_file_invalid: problem(422, "Berkas penjualan ditolak.", "The sale file was refused."),
  sale_exists: problem(
    409,
    "Penjualan dengan nama ini sudah ada.",
    "A sale with this slug exists already.",
  ),
  sale_not_draft: problem(409, "Penjualan ini sudah dibuka.", "This sale was opened already."),
  sale_not_live: problem(409, "Penjualan ini tidak sedang berjalan.", "This sale is not live."),
  sale_not_paused: problem(409, "Penjualan ini tidak sedang dijeda.", "This sale is not paused."),
  sale_closed: problem(409, "Penjualan ini sudah ditutup.", "This sale is closed."),
  // Policies
  policy_missing: problem(
    409,
    "Penjualan belum punya kebijakan. Terbitkan dan pasang dahulu; tanpa itu tidak bisa dibuka.",
    "The sale has no policy yet. Publish one and set it first; a sale cannot open without.",
  ),
  policy_not_found: problem(404, "Kebijakan ini tidak ada.", "There is no such policy."),
  policy_invalid: problem(
    422,
    "Kebijakan ditolak; tidak ada yang diterbitkan.",
    "The policy was refused; nothing was published.",
  ),
  policy_version_taken: problem(
    409,
    "Versi ini sudah terbit dan tidak dapat diubah. Naikkan nomor versinya.",
    "This version is published and never changes. Raise the version number.",
  ),
  policy_in_use: problem(
    409,
    "Kebijakan tidak dapat diganti selama gelombang berjalan.",
    "The policy cannot change while a round is under way.",
  ),
  policy_limit_differs: problem(
    409,
    "Batas per orang pada kebijakan berbeda dari yang diumumkan penjualan.",
    "The policy's limit per person is not the one that the sale announced.",
  ),

  // Cases and batches
  sale_still_open: problem(
    409,
    "Penjualan masih berjalan atau ada tawaran dan pesanan yang belum selesai.",
    "The sale still runs, or offers and orders are out that have not ended.",
  ),
  audited_already: problem(
    409,
    "Penjualan ini sudah diperiksa; kasusnya ada di antrean.",
    "This sale was looked at already; its cases are in the queue.",
  ),
  case_not_found: problem(404, "Kasus ini tidak ada.", "There is no such case."),
  case_claimed: problem(
    409,
    "Rekan Anda sedang mengerjakan kasus ini.",
    "A colleague has this case just now.",
  ),
  case_ended: problem(409, "Kasus ini sudah diputuskan.", "This case was decided already."),
  case_moved_on: problem(
    409,
    "Kasus ini berubah sejak Anda membukanya. Muat ulang; tidak ada yang diputuskan.",
    "The case has changed since you opened it. Load it again; nothing was decided.",
  ),
  case_not_decided: problem(409, "Kasus ini belum diputuskan.", "The case is not decided yet."),
  undo_too_late: problem(
    409,
    "Sudah lewat waktunya, atau sudah diambil tindakan massal. Gunakan banding.",
    "Too late, or a batch took it up. An appeal can still undo it.",
  ),
  not_your_decision: problem(
    403,
    "Hanya yang memutuskan yang dapat membatalkannya.",
    "Only who decided it can take it back.",
  ),
  account_not_in_case: problem(
    404,
    "Akun ini tidak ada pada kasus tersebut.",
    "This account is not in the case.",
  ),
  facts_expired: problem(
    410,
    "Data ini sudah dihapus sesuai masa simpannya.",
    "These details were erased when their time ran out.",
  ),
  no_strong_reason: problem(
    422,
    "Tidak ada bukti kuat menurut kebijakan: pesanan ini hanya dapat dibiarkan berlaku.",
    "There is no strong evidence under the policy: these orders can only be let stand.",
  ),
  batch_not_found: problem(404, "Tindakan massal ini tidak ada.", "There is no such batch."),
  batch_empty: problem(
    409,
    "Tidak ada pesanan yang dapat dipilih.",
    "There is no order to select.",
  ),
  sale_not_sealed: problem(
    409,
    "Penjualan ini belum punya undian tersegel untuk menarik sampel.",
    "This sale has no sealed draw yet to draw a sample from.",
  ),
  batch_not_approving: problem(
    409,
    "Tindakan massal ini tidak menunggu persetujuan.",
    "This batch does not wait for an approval.",
  ),
  batch_ended: problem(409, "Tindakan massal ini sudah berakhir.", "This batch has ended."),
  digest_mismatch: problem(
    409,
    "Pilihan yang Anda setujui bukan yang dibekukan. Muat ulang.",
    "What you approve is not the frozen selection. Load it again.",
  ),
  sample_undecided: problem(
    409,
    "Kasus sampel belum semua diputuskan oleh petugas.",
    "A person has not decided all cases of the sample yet.",
  ),
  budget_exceeded: problem(
    409,
    "Terlalu banyak pembeli asli mungkin terkena: batas kebijakan terlampaui. Tidak ada yang dibatalkan.",
    "Too many genuine buyers may be hit: it exceeds the policy's budget. Nothing was cancelled.",
  ),
  approved_already: problem(
    409,
    "Anda sudah menyetujuinya; perlu orang lain.",
    "You approved it already; another person is needed.",
  ),
  notices_pending: problem(
    409,
    "Belum semua pembeli mendapat pemberitahuan pribadi. Publik tidak boleh tahu lebih dahulu.",
    "Not every buyer has had the own notice yet. The public must not know first.",
  ),
  announced_already: problem(409, "Sudah diumumkan.", "This was announced already."),

  // Decisions, appeals, remedies
  decision_not_found: problem(
    404,
    "Keputusan ini tidak ada, atau tautannya salah.",
    "There is no such decision, or the link is wrong.",
  ),
  appeal_not_found: problem(404, "Banding ini tidak ada.", "There is no such appeal."),
  appeal_exists: problem(
    409,
    "Banding sudah diajukan; jawabannya akan datang.",
    "An appeal was filed already; its answer will come.",
  ),
  appeal_too_late: problem(
    409,
    "Waktu banding sudah lewat. Jalur di luar tetap terbuka.",
    "The time to appeal is over. The outside routes stay open.",
  ),
  appeal_ended: problem(
    409,
    "Keputusan ini tidak lagi dapat dibanding.",
    "This can no longer be appealed or decided.",
  ),
  appeal_own_decision: problem(
    403,
    "Anda ikut memutuskan yang pertama; orang lain harus memutuskan bandingnya.",
    "You had a part in the first decision; somebody else must decide the appeal.",
  ),
  answer_needed: problem(
    422,
    "Tulis jawaban dengan alasannya, paling sedikit 20 huruf.",
    "Write an answer with its reasons, 20 characters at least.",
  ),
  file_type_refused: problem(
    415,
    "Berkas harus JPEG, PNG, WebP, atau PDF. Banding belum tersimpan; kirim lagi tanpa berkas itu.",
    "A file must be JPEG, PNG, WebP or PDF. The appeal was not stored; send it again without it.",
  ),
  file_too_large: problem(
    413,
    "Berkas terlalu besar: paling banyak tiga, masing-masing 3 MB. Banding belum tersimpan; kirim lagi dengan berkas yang lebih kecil, atau tanpa berkas.",
    "A file is too large: three at most, 3 MB each. The appeal was not stored; send it again with smaller files, or without them.",
  ),
  ...ORDER_PROBLEMS,
  entitlement_not_found: problem(
    404,
    "Hak unit pengganti ini tidak ada.",
    "There is no such entitlement.",
  ),
  entitlement_ended: problem(
    409,
    "Hak unit pengganti ini sudah berakhir.",
    "This entitlement has ended.",
  ),
  entitlement_reserved: problem(
    409,
    "Unit sudah disisihkan pada gelombang berikutnya; tolak tawarannya di sana.",
    "The unit is set aside in the next round already; decline the offer there.",
  ),
  round_opened: problem(
    409,
    "Gelombang sudah dibuka; unit hanya dapat disisihkan sebelumnya.",
    "The round has opened; units can be set aside only before.",
  ),
  carved_already: problem(
    409,
    "Unit untuk gelombang ini sudah disisihkan.",
    "Units of this round were set aside already.",
  ),
  sample_judged_already: problem(
    409,
    "Pesanan ini sudah diperiksa ulang; temuan pertama yang berlaku.",
    "This order was judged again already; the first finding stays.",
  ),
  report_not_published: problem(
    404,
    "Laporan penjualan ini belum terbit.",
    "The report of this sale is not published yet.",
  ),
  correction_needed: problem(
    409,
    "Laporan sudah terbit. Tulis apa yang diperbaiki; edisi lama tetap ada.",
    "The report is published. Say what is corrected; the old edition stays.",
  ),
  ...CREDIT_PROBLEMS,
  ...STAFF_PROBLEMS,
} as const satisfies Record<string, ProblemDefinition>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One error of one field. */
export interface FieldError {
  readonly field: string;
  readonly reason: string;
}

/** The body of a refusal: RFC 9457's members and ours. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly retryAfterSeconds?: number;
  /** With `work_required`: a challenge; its solution goes into the repeated request. */
  readonly work?: RequiredWork;
  /** With `come_again`: sent with the repeated request as `giliran-arrival`, it keeps the first arrival. */
  readonly arrival?: string;
}

/** A proof-of-work challenge in the format of ALTCHA. */
export interface RequiredWork {
  readonly algorithm: "SHA-256";
  readonly challenge: string;
  readonly salt: string;
  readonly signature: string;
  readonly maxnumber: number;
}

export function problemDocument(
  code: ProblemCode,
  language: Language,
  more: Pick<ProblemDocument, "detail" | "errors" | "retryAfterSeconds" | "work" | "arrival"> = {},
): ProblemDocument {
  const { status, title } = PROBLEMS[code];
  return {
    type: `/problems/${code.replaceAll("_", "-")}`,
    title: textIn(title, language),
    status,
    code,
    ...more,
  };
}
