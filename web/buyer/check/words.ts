import type { Spoken } from "../../../src/base/language.ts";

/** Words of the page that recomputes a draw. Each stands beside its other language. */
export const CHECK_WORDS = {
  title: { id: "Periksa undian sendiri", en: "Check the draw yourself" },
  lead: {
    id: "Halaman ini mengunduh catatan publik dan menghitung ulang semuanya di peramban Anda, dengan kode yang sama seperti server.",
    en: "This page downloads the public record and recomputes all of it in your browser, with the server's own code.",
  },
  size: {
    id: "Yang diunduh sekitar 3 MB untuk setiap 100.000 pendaftar.",
    en: "The download has some 3 MB for each 100,000 entrants.",
  },
  start: { id: "Hitung ulang sekarang", en: "Recompute it now" },
  reading: { id: "{n} baris dibaca …", en: "{n} lines read …" },
  good: {
    id: "Cocok. Tidak ada satu pun yang tidak sesuai.",
    en: "It fits. Nothing at all is out of place.",
  },
  bad: { id: "Ada yang tidak cocok:", en: "Something does not fit:" },
  notYet: {
    id: "Gelombang ini belum selesai; yang sudah ada diperiksa.",
    en: "This round is not over; what is there so far was checked.",
  },
  checks: {
    anchor: {
      id: "Setiap rahasia berasal dari rantai yang jangkarnya terbit sebelum dibuka",
      en: "Every secret comes from the chain whose anchor was published before the opening",
    },
    root: {
      id: "Akar Merkle setiap kelompok cocok dengan pendaftarannya",
      en: "The Merkle root of every window fits its entries",
    },
    seed: {
      id: "Setiap benih dihitung dari rahasia dan akarnya",
      en: "Every seed is computed from its secret and root",
    },
    group: {
      id: "Kelompok hanya disegel bersama bila orang harus menunggu, paling lama 30 detik",
      en: "Windows are sealed together only if people had to wait, for 30 seconds at most",
    },
    line: {
      id: "Setiap tawaran jatuh kepada yang berikutnya dalam antrean",
      en: "Every offer went to the next in line",
    },
    stock: {
      id: "Setiap unit terhitung, tidak ada yang muncul atau hilang",
      en: "Every unit is accounted for; none appeared or vanished",
    },
  },
  beacon: {
    id: "Setiap benih memuat putaran drand yang belum ada ketika akarnya ditetapkan, dengan tanda tangan jaringannya",
    en: "Every seed takes in a round of drand that did not exist when its root was fixed, signed by that network",
  },
  beaconPrivate: {
    id: "Setiap benih memuat putaran suar acak dengan kunci milik sendiri, bukan drand publik: pemegang kuncinya bisa mengetahui benih lebih dulu",
    en: "Every seed takes in a round of a beacon with a private key, not of public drand: whoever holds the key could know a seed before",
  },
  rushes: {
    id: "Keramaian: disegel bersama karena orang harus menunggu",
    en: "Rushes: sealed together because people had to wait",
  },
  rush: {
    id: "Kelompok {windows}: {entries} pendaftaran, {away} kali diminta datang lagi, paling lama menunggu {seconds} detik.",
    en: "Windows {windows}: {entries} entries, told to come again {away} times, longest wait {seconds} seconds.",
  },
  rushFull: {
    id: "Sesudah 30 detik kelompok berikutnya dimulai, walaupun orang masih menunggu.",
    en: "After 30 seconds the next group began, although people still waited.",
  },
  windows: { id: "kelompok", en: "windows" },
  entries: { id: "pendaftaran", en: "entries" },
  movements: { id: "pergerakan unit", en: "movements of units" },
  offers: { id: "tawaran", en: "offers" },
  mine: {
    id: "Tempat Anda, dihitung ulang: nomor {place}. {fits}",
    en: "Your place, recomputed: number {place}. {fits}",
  },
  fits: { id: "Sama dengan yang dikatakan server.", en: "The same as the server says." },
  differs: { id: "Server mengatakan nomor {said}!", en: "The server says number {said}!" },
  noEntry: {
    id: "Masuk di halaman penjualan untuk melihat tempat Anda sendiri dihitung ulang.",
    en: "Sign in on the sale page to see your own place recomputed.",
  },
  command: {
    id: "Tanpa peramban: npm run giliran -- verify {url}",
    en: "Without a browser: npm run giliran -- verify {url}",
  },
  failed: {
    id: "Catatan tidak dapat diunduh. Coba lagi.",
    en: "The record could not be downloaded. Try again.",
  },
  round: { id: "Gelombang", en: "Round" },
};

export type CheckTexts = Spoken<typeof CHECK_WORDS>;
