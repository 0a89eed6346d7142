import type { Spoken } from "../../../src/base/language.ts";
import { DECISION_WORDS } from "../decision/words.ts";

/** Words of the page of one's own matters; those about decisions stand with the decision's page. */
export const MINE_WORDS = {
  ...DECISION_WORDS,
  mineTitle: { id: "Urusan saya", en: "My matters" },
  mineLead: {
    id: "Pesanan Anda, keputusan tentangnya, hak Anda, dan data Anda.",
    en: "Your orders, decisions about them, your rights, and your data.",
  },
  noOrders: {
    id: "Belum ada pesanan. Bila giliran Anda tiba dan Anda memesan, semuanya tampil di sini.",
    en: "No order yet. When your turn comes and you order, all of it shows here.",
  },
  timeline: { id: "Yang terjadi", en: "What happened" },
  events: {
    entered: { id: "Anda ikut antre", en: "You joined the line" },
    offered: { id: "Giliran Anda: satu unit ditahan", en: "Your turn: a unit was held" },
    ordered: { id: "Anda memesan", en: "You ordered" },
    paid: { id: "Lunas", en: "Paid" },
    cod_confirmed: { id: "Bayar di tempat dikonfirmasi", en: "Cash on delivery confirmed" },
    unpaid: { id: "Batas bayar lewat", en: "The time to pay ran out" },
    unconfirmed: { id: "Batas konfirmasi lewat", en: "The time to confirm ran out" },
    by_buyer: { id: "Anda membatalkan", en: "You cancelled" },
    refunded: { id: "Uang dikembalikan", en: "Money paid back" },
    preparing: { id: "Sedang disiapkan", en: "Being prepared" },
    handed_over: { id: "Diserahkan kepada kurir", en: "Handed over to the courier" },
    delivered: { id: "Diterima", en: "Delivered" },
    delivery_failed: { id: "Gagal antar, menurut kurir", en: "Delivery failed, says the courier" },
    decided: { id: "Dibatalkan dengan keputusan", en: "Cancelled by a decision" },
    money_asked: {
      id: "Anda meminta uang kembali; unit tidak lagi disimpan",
      en: "You took your money back; the unit is no longer kept",
    },
    unit_let_go: {
      id: "Batas kirim kanal dekat; unit tidak lagi disimpan",
      en: "The channel's deadline was near; the unit is no longer kept",
    },
    appealed: { id: "Anda mengajukan banding", en: "You appealed" },
    upheld: { id: "Banding dikabulkan", en: "Appeal upheld" },
    rejected: { id: "Banding ditolak", en: "Appeal rejected" },
    owed: { id: "Unit pengganti dijanjikan", en: "Another unit promised" },
    served: { id: "Unit pengganti diterima", en: "The other unit received" },
  },
  signInFirst: {
    id: "Masuk dahulu di halaman penjualan, lalu kembali ke sini.",
    en: "Sign in on the sale page first, then come back here.",
  },
  looks: { id: "Siapa melihat data saya", en: "Who looked at my data" },
  looksLead: {
    id: "Data Anda disamarkan bagi orang yang bekerja di sini. Setiap kali seseorang membukanya, tercatat di sini dan dalam salinan data Anda.",
    en: "People who work here see your data masked. Each time somebody opens them, it stands here and in the copy of your data.",
  },
  noLooks: { id: "Belum ada yang membuka data Anda.", en: "Nobody has opened your data." },
  looked: {
    order_facts: { id: "melihat data pesanan", en: "saw the details of order" },
    appeal: { id: "membaca banding", en: "read appeal" },
    appeal_file: { id: "membuka berkas banding", en: "opened a file of appeal" },
    objection: { id: "membaca keberatan", en: "read the objection of entry" },
  },
  lookRoles: {
    owner: { id: "pemilik", en: "owner" },
    operator: { id: "pengelola", en: "operator" },
    reviewer: { id: "pemeriksa", en: "reviewer" },
    approver: { id: "penyetuju", en: "approver" },
    auditor: { id: "auditor", en: "auditor" },
    unknown: { id: "orang yang bekerja di sini", en: "somebody who works here" },
  },
  lookPurpose: { id: "Alasan", en: "Reason given" },
  data: { id: "Data saya", en: "My data" },
  download: { id: "Unduh data saya (JSON)", en: "Download my data (JSON)" },
  erase: { id: "Hapus data saya", en: "Erase my data" },
  eraseMeans: {
    id: "Nomor atau e-mail, alamat, kunci sandi, tulisan, dan berkas Anda dihapus: sekarang juga, atau begitu pesanan dan sengketa yang terbuka selesai. Ini tidak bisa diurungkan, dan kami tidak bisa menghubungi Anda lagi.",
    en: "Your number or e-mail, address, passkeys, texts and files are erased: at once, or when the last open order or dispute has ended. This cannot be undone, and we can no longer reach you.",
  },
  eraseSure: { id: "Ya, hapus data saya", en: "Yes, erase my data" },
  eraseAsked: {
    id: "Permintaan dicatat. Data dihapus begitu pesanan atau sengketa yang terbuka selesai.",
    en: "Noted. Your data are erased once the open order or dispute has ended.",
  },
  erased: { id: "Data Anda sudah dihapus.", en: "Your data are erased." },
  substitutes: {
    id: "Terima barang lain sebagai gantinya?",
    en: "Would you take something else instead?",
  },
  substitutesLead: {
    id: "Unit yang sama didahulukan. Hanya yang Anda centang boleh menggantikannya; tanpa centang hak Anda tetap menunggu unit yang sama.",
    en: "The same unit comes first. Only what you tick may replace it; without a tick your right goes on waiting for the same unit.",
  },
  substitute: { id: "{name}, {price} ({sale})", en: "{name}, {price} ({sale})" },
  waive: { id: "Lepaskan hak unit ini", en: "Give this unit up" },
  waiveMeans: {
    id: "Hak Anda atas unit ini hilang, dan tidak ada unit yang disisihkan lagi untuk itu. Ini tidak bisa diurungkan.",
    en: "Your right to this unit ends, and no unit is set aside for it any more. This cannot be undone.",
  },
  waiveSure: { id: "Ya, lepaskan hak ini", en: "Yes, give it up" },
  passkeys: { id: "Kunci sandi", en: "Passkeys" },
  passkeysLead: {
    id: "Bila pesanan Anda perlu satu pertanyaan, kunci sandi menjawabnya dengan sidik jari, wajah, atau PIN perangkat Anda, tanpa menunggu SMS. Hanya yang dibuat sebelum pertanyaannya yang berlaku.",
    en: "Should your order need one question, a passkey answers it with the finger, face or PIN of your device, without waiting for a message. Only one that was made before the question counts.",
  },
  passkeyAdd: { id: "Buat kunci sandi di perangkat ini", en: "Make a passkey on this device" },
  passkeyRemove: { id: "Hapus", en: "Remove" },
  passkeyRemoveMeans: {
    id: "Kunci sandi ini tidak bisa lagi menjawab pertanyaan tentang pesanan Anda. Yang dibuat kemudian hanya berlaku untuk pertanyaan sesudahnya.",
    en: "This passkey can no longer answer a question about your order. One that is made later counts for later questions only.",
  },
  passkeyRemoveSure: { id: "Ya, hapus kunci ini", en: "Yes, remove it" },
  passkeyMade: { id: "dibuat {time}", en: "made {time}" },
  passkeyUsed: { id: "terakhir dipakai {time}", en: "last used {time}" },
  passkeyNameless: { id: "Perangkat tanpa nama", en: "A device without a name" },
  passkeyNotMade: {
    id: "Kunci sandi tidak dibuat: dibatalkan, atau perangkat ini sudah punya satu.",
    en: "No passkey was made: it was called off, or this device has one already.",
  },
  passkeysUnknown: {
    id: "Peramban ini tidak mengenal kunci sandi. Kode sekali pakai tetap berlaku.",
    en: "This browser does not know passkeys. One-time codes go on as before.",
  },
};

export type MineTexts = Spoken<typeof MINE_WORDS>;
