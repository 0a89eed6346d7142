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
