/* Refusals about operators' own accounts, colleagues and tools. */

import { problem } from "./definition.ts";

/** Joined into the table of all problems. */
export const STAFF_PROBLEMS = {
  old_password_wrong: problem(
    403,
    "Kata sandi lama salah. Tidak ada yang diubah.",
    "The old password is wrong. Nothing was changed.",
  ),
  session_not_found: problem(404, "Sesi ini tidak ada.", "There is no such session."),
  person_not_found: problem(404, "Orang ini tidak ada.", "There is no such person."),
  last_owner: problem(
    409,
    "Ini pemilik terakhir. Jadikan orang lain pemilik lebih dahulu.",
    "This is the last owner. Make somebody else an owner first.",
  ),
  name_unclear: problem(
    422,
    "Nama ini memuat tanda yang tidak terlihat atau bukan bagian nama. Pakai huruf, angka, spasi, titik, koma, tanda hubung, atau apostrof.",
    "This name holds signs that nobody sees or that belong to no name. Use letters, digits, spaces, dots, commas, hyphens or apostrophes.",
  ),
  password_common: problem(
    422,
    "Kata sandi ini termasuk yang paling dulu dicoba orang asing. Pilih yang lain, misalnya beberapa kata acak.",
    "Strangers try this password first. Choose another, such as a few random words.",
  ),
  password_guessable: problem(
    422,
    "Kata sandi ini dibuat dari nama Anda, nama toko, atau nama penjualan. Pilih yang lain.",
    "This password is made of your name, the shop's or a sale's. Choose another.",
  ),
  factor_wrong: problem(
    403,
    "Kode ini salah, sudah dipakai, atau kedaluwarsa.",
    "This code is wrong, was used already, or is too old.",
  ),
  factor_exists: problem(
    409,
    "Aplikasi kode sudah terpasang. Hapus dahulu.",
    "An authenticator app is set up already. Remove it first.",
  ),
  factor_demanded: problem(
    409,
    "Peran Anda wajib punya faktor kedua. Pasang yang lain dahulu.",
    "Your role demands a second factor. Set up another one first.",
  ),
  login_missing: problem(
    404,
    "Login perusahaan tidak dipasang di sini.",
    "No company login is set up here.",
  ),
  login_unavailable: problem(
    503,
    "Layanan login perusahaan tidak menjawab. Coba lagi, atau masuk dengan kata sandi.",
    "The company's login service does not answer. Try again, or sign in with a password.",
  ),
  login_refused: problem(
    403,
    "Login perusahaan ini tidak diterima. Mulai lagi dari halaman masuk.",
    "This company login was not accepted. Begin again on the sign-in page.",
  ),
  login_unknown: problem(
    403,
    "Akun perusahaan ini belum terhubung. Minta undangan, atau hubungkan di Akun saya.",
    "This company account is tied to nobody here. Ask for an invitation, or tie it in My account.",
  ),
  key_not_found: problem(404, "Kunci ini tidak ada.", "There is no such key."),
  passkey_refused: problem(
    409,
    "Kunci sandi ini tidak diterima. Coba lagi, atau pakai cara lain.",
    "This passkey was not accepted. Try again, or use another way.",
  ),
  too_many_passkeys: problem(
    409,
    "Sudah ada lima kunci sandi. Hapus satu lebih dahulu.",
    "There are five passkeys already. Remove one first.",
  ),
  too_many_views: problem(
    409,
    "Sudah ada 50 tampilan tersimpan. Hapus satu lebih dahulu.",
    "There are 50 saved views already. Remove one first.",
  ),
  webhook_not_refused: problem(
    409,
    "Kanal tidak menolak panggilan ini, jadi tidak diulang.",
    "The channel did not refuse this call, so it is not repeated.",
  ),
  message_not_failed: problem(
    409,
    "Pesan ini tidak gagal, jadi tidak dikirim lagi.",
    "This message did not fail, so it is not sent again.",
  ),
  misfit_not_found: problem(
    404,
    "Tidak ada laporan pembayaran dengan nomor ini.",
    "There is no payment report with this number.",
  ),
  import_not_found: problem(404, "Berkas impor ini tidak ada.", "There is no such import."),
  import_refused: problem(
    422,
    "Berkas ini tidak dapat dibaca. Tidak ada yang diimpor.",
    "This file cannot be read. Nothing was imported.",
  ),
};
