import type { Spoken } from "../../../src/base/language.ts";

/** Words of the public board. Each stands beside its other language. */
export const BOARD_WORDS = {
  title: { id: "Papan penjualan", en: "Board of the sale" },
  lead: {
    id: "Angka yang sama untuk semua orang, diperbarui sendiri selama penjualan berjalan.",
    en: "The same numbers for everybody; they renew themselves while the sale runs.",
  },
  asOf: { id: "Keadaan pada {time}", en: "As of {time}" },
  round: { id: "Gelombang {n}", en: "Round {n}" },
  inLine: { id: "orang dalam antrean", en: "people in the line" },
  free: { id: "bebas", en: "free" },
  offered: { id: "ditawarkan", en: "on offer" },
  ordered: { id: "dipesan", en: "ordered" },
  sold: { id: "terjual", en: "sold" },
  moving: {
    id: "ditawarkan, dipesan, atau ditahan karena sengketa",
    en: "on offer, ordered, or held in a dispute",
  },
  returned: { id: "kembali", en: "returned" },
  of: { id: "dari", en: "of" },
  stock: { id: "Ke mana unit pergi", en: "Where the units went" },
  stockHelp: {
    id: "Hijau: terjual. Kuning: ditawarkan, dipesan, atau ditahan karena sengketa.",
    en: "Green: sold. Yellow: on offer, ordered, or held in a dispute.",
  },
  reached: { id: "Penawaran sudah sampai nomor {place}", en: "Offers have come to number {place}" },
  windows: { id: "Kelompok yang sudah disegel", en: "Sealed groups" },
  windowsHelp: {
    id: "Setiap kelompok disegel dulu, baru benih acaknya dibuka. {n} kelompok terbaru; semuanya ada di catatan lengkap.",
    en: "Each group is sealed first, only then is its random seed revealed. The newest {n} groups; all are in the full record.",
  },
  rushByChance: {
    id: "Sedang sangat ramai: semua yang datang sekarang diacak bersama begitu tidak ada lagi yang menunggu, paling lama 30 detik.",
    en: "Very busy right now: all who come now are shuffled together as soon as nobody waits any more, after 30 seconds at most.",
  },
  rushByArrival: {
    id: "Sedang sangat ramai: yang dihitung adalah saat pertama kali datang.",
    en: "Very busy right now: what counts is the moment at which somebody first came.",
  },
  turnedAway: { id: "Diminta datang lagi: {n} kali.", en: "Asked to come again: {n} times." },
  noWindows: { id: "Belum ada kelompok yang disegel.", en: "No group is sealed yet." },
  awaiting: { id: "Disegel, menunggu suar acak", en: "Sealed, waiting for the beacon" },
  awaitingHelp: {
    id: "Akar di bawah sudah tetap, putaran drand-nya belum ada. Simpan halaman ini: akarnya harus sama di catatan.",
    en: "The roots below are fixed and their rounds of drand do not exist yet. Keep this page: the record must show the same roots.",
  },
  awaitingRound: { id: "putaran drand", en: "round of drand" },
  inGroup: { id: "peserta", en: "in it" },
  window: { id: "Kelompok", en: "Group" },
  entries: { id: "Peserta", en: "Entrants" },
  firstPlace: { id: "Nomor pertama", en: "First number" },
  root: { id: "Akar Merkle, benih", en: "Merkle root, seed" },
  json: { id: "Papan ini sebagai JSON", en: "This board as JSON" },
  record: { id: "Catatan lengkap", en: "Full record" },
  check: { id: "Hitung ulang di peramban ini", en: "Recompute it in this browser" },
};

export type BoardTexts = Spoken<typeof BOARD_WORDS>;
