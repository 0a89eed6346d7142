/**
 * Every refusal that the wire knows, in the form of RFC 9457. `type` is `/problems/<code>`: stable,
 * so a client may switch on it. docs/reference/errors.md lists the same codes; a test compares both.
 */
export interface ProblemDefinition {
  readonly status: number;
  /** For people: what happened, what was kept, what to do next. */
  readonly title: { readonly id: string; readonly en: string };
}

const problem = (status: number, id: string, en: string): ProblemDefinition => ({
  status,
  title: { id, en },
});

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
    "Kirim permintaan sebagai application/json.",
    "Send the request as application/json.",
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
  internal_error: problem(
    500,
    "Terjadi kesalahan pada kami. Ulangi dengan kunci yang sama.",
    "Something broke on our side. Repeat with the same key; what was confirmed is kept.",
  ),

  // Who is asking
  sign_in_required: problem(401, "Silakan masuk dahulu.", "Sign in first."),
  session_expired: problem(
    401,
    "Sesi Anda berakhir. Masuk lagi; tempat Anda tetap ada.",
    "Your session has ended. Sign in again; your place is kept.",
  ),
  not_allowed: problem(403, "Peran Anda tidak mengizinkan ini.", "Your role does not allow this."),
  foreign_origin: problem(
    403,
    "Permintaan datang dari situs lain.",
    "The request came from another site.",
  ),
  contact_malformed: problem(
    400,
    "Nomor ponsel atau alamat e-mail tidak dikenali.",
    "This is neither a phone number nor an e-mail address.",
  ),
  code_wrong: problem(403, "Kode salah atau sudah kedaluwarsa.", "The code is wrong or too old."),
  code_used: problem(
    403,
    "Kode ini sudah dipakai. Minta kode baru.",
    "This code was used already. Ask for a new one.",
  ),
  token_rejected: problem(
    401,
    "Token masuk tidak dapat diterima.",
    "The sign-in token was not accepted.",
  ),
  password_wrong: problem(401, "Nama atau kata sandi salah.", "The name or the password is wrong."),
  invitation_invalid: problem(
    403,
    "Tautan undangan sudah dipakai atau kedaluwarsa.",
    "The invitation was used already or is too old.",
  ),
  name_taken: problem(409, "Nama ini sudah dipakai.", "This name is taken."),

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
    "Anda sudah terdaftar. Tempat Anda tetap ada.",
    "You are in the line already. Your place is kept.",
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
  ticket_invalid: problem(403, "Tiket ini tidak sah.", "This ticket is not valid."),
  work_malformed: problem(
    400,
    "Bukti kerja tidak terbaca. Muat ulang halaman.",
    "The proof of work cannot be read. Reload the page.",
  ),
  work_forged: problem(403, "Bukti kerja tidak cocok.", "The proof of work does not fit."),
  work_expired: problem(
    403,
    "Bukti kerja kedaluwarsa. Halaman akan menghitung ulang.",
    "The proof of work is too old. Ask for a new challenge.",
  ),
  work_not_yours: problem(
    403,
    "Bukti kerja ini milik akun atau gelombang lain.",
    "The proof of work was made for another account or round.",
  ),
  work_used: problem(409, "Bukti kerja ini sudah dipakai.", "This proof of work was used already."),

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
  order_not_found: problem(404, "Pesanan ini tidak ada.", "There is no such order."),
  order_ended: problem(409, "Pesanan ini sudah selesai.", "This order has ended."),
  payment_method_not_offered: problem(
    400,
    "Kanal ini tidak menerima cara bayar tersebut.",
    "This channel does not offer that payment method.",
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
} as const satisfies Record<string, ProblemDefinition>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One thing wrong with one field. */
export interface FieldError {
  readonly field: string;
  readonly reason: string;
}

/** What a caller gets: RFC 9457's members and ours. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly errors?: readonly FieldError[];
  readonly retryAfterSeconds?: number;
}

export function problemDocument(
  code: ProblemCode,
  language: "id" | "en",
  more: { errors?: readonly FieldError[]; retryAfterSeconds?: number } = {},
): ProblemDocument {
  const { status, title } = PROBLEMS[code];
  return {
    type: `/problems/${code.replaceAll("_", "-")}`,
    title: title[language],
    status,
    code,
    ...more,
  };
}
