/** Words of the public board. Both languages have the same keys by type. */
const id = {
  title: "Papan penjualan",
  lead: "Angka yang sama untuk semua orang, diperbarui sendiri selama penjualan berjalan.",
  asOf: "Keadaan pada {time}",
  round: "Gelombang {n}",
  inLine: "orang dalam antrean",
  free: "bebas",
  offered: "ditawarkan",
  ordered: "dipesan",
  sold: "terjual",
  moving: "ditawarkan, dipesan, atau ditahan karena sengketa",
  returned: "kembali",
  of: "dari",
  stock: "Ke mana unit pergi",
  stockHelp: "Hijau: terjual. Kuning: ditawarkan, dipesan, atau ditahan karena sengketa.",
  reached: "Penawaran sudah sampai nomor {place}",
  windows: "Kelompok yang sudah disegel",
  windowsHelp:
    "Setiap kelompok disegel dulu, baru benih acaknya dibuka. {n} kelompok terbaru; semuanya ada di catatan lengkap.",
  noWindows: "Belum ada kelompok yang disegel.",
  awaiting: "Disegel, menunggu suar acak",
  awaitingHelp:
    "Akar di bawah sudah tetap, putaran drand-nya belum ada. Simpan halaman ini: akarnya harus sama di catatan.",
  awaitingRound: "putaran drand",
  inGroup: "peserta",
  window: "Kelompok",
  entries: "Peserta",
  firstPlace: "Nomor pertama",
  root: "Akar Merkle, benih",
  json: "Papan ini sebagai JSON",
  record: "Catatan lengkap",
  check: "Hitung ulang di peramban ini",
};

export type BoardTexts = typeof id;

const en: BoardTexts = {
  title: "Board of the sale",
  lead: "The same numbers for everybody; they renew themselves while the sale runs.",
  asOf: "As of {time}",
  round: "Round {n}",
  inLine: "people in the line",
  free: "free",
  offered: "on offer",
  ordered: "ordered",
  sold: "sold",
  moving: "on offer, ordered, or held in a dispute",
  returned: "returned",
  of: "of",
  stock: "Where the units went",
  stockHelp: "Green: sold. Yellow: on offer, ordered, or held in a dispute.",
  reached: "Offers have come to number {place}",
  windows: "Sealed groups",
  windowsHelp:
    "Each group is sealed first, only then is its random seed revealed. The newest {n} groups; all are in the full record.",
  noWindows: "No group is sealed yet.",
  awaiting: "Sealed, waiting for the beacon",
  awaitingHelp:
    "The roots below are fixed and their rounds of drand do not exist yet. Keep this page: the record must show the same roots.",
  awaitingRound: "round of drand",
  inGroup: "in it",
  window: "Group",
  entries: "Entrants",
  firstPlace: "First number",
  root: "Merkle root, seed",
  json: "This board as JSON",
  record: "Full record",
  check: "Recompute it in this browser",
};

export const BOARD_TEXTS: Readonly<Record<"id" | "en", BoardTexts>> = { id, en };
