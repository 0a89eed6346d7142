/* Refusals about signing in and about proof of work. */

import { problem } from "./definition.ts";

/** Joined into the table of all problems. */
export const SIGN_IN_PROBLEMS = {
  sign_in_required: problem(401, "Silakan masuk dahulu.", "Sign in first."),
  session_expired: problem(
    401,
    "Sesi Anda berakhir. Masuk lagi; tempat Anda tetap ada.",
    "Your session has ended. Sign in again; your place is kept.",
  ),
  second_factor_required: problem(
    403,
    "Perlu faktor kedua dahulu.",
    "A second factor is needed first.",
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
  number_not_served: problem(
    422,
    "Kode tidak dikirim ke nomor ini. Pakai nomor lain, alamat e-mail, atau akun toko.",
    "Codes are not sent to this number. Use another number, an e-mail address, or the shop's account.",
  ),
  texts_used_up: problem(
    409,
    "Kode lewat SMS sedang tidak dapat dikirim. Pakai alamat e-mail atau akun toko.",
    "Codes cannot be sent by text just now. Use an e-mail address or the shop's account.",
  ),
  guesses_used: problem(
    403,
    "Sudah lima kode salah. Minta kode lagi.",
    "Five codes were wrong. Ask for a code again.",
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
  name_taken: problem(
    409,
    "Nama ini sudah dipakai, atau terlihat sama dengan nama lain.",
    "This name is taken, or looks like another.",
  ),
  work_required: problem(
    428,
    "Sedang banyak permintaan dari sini. Halaman menghitung sebentar, lalu melanjutkan.",
    "Many requests come from here, or are about the same person. Solve the challenge in `work`, then ask again with it.",
  ),
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
};
