/* Words about what people's decisions prove: on the console and in the public report. */

/** `{n}`: figures; `{share}`: a percentage. */
export const CERTIFICATE_WORDS = {
  certTitle: {
    id: "Sejauh mana pesanan boleh tertahan tanpa petugas",
    en: "How far orders could be held without a person",
  },
  certLead: {
    id: "Dihitung dari keputusan petugas tentang pesanan penjualan ini: semua kasus, dan undian dari pesanan di luar kasus. Keyakinan {confidence}; dari satu kasus paling banyak {k} pesanan tertahan otomatis. Pesanan kasus yang belum diputuskan dianggap keliru. Saat ini tidak ada yang tertahan atau dibatalkan secara otomatis.",
    en: "Computed from people's decisions about this sale's orders: all cases, and a sample drawn from the orders in none. Confidence {confidence}; of a case {k} orders at most are held automatically. Orders of a case that nobody has decided count as wrong. Nothing is held or cancelled automatically today.",
  },
  certCases: { id: "Kasus sudah diputuskan", en: "Cases decided" },
  certWrong: {
    id: "Kasus dengan pembeli asli di dalamnya",
    en: "Cases with a genuine buyer in them",
  },
  certJudged: {
    id: "Pesanan di luar kasus yang dinilai",
    en: "Judged orders that are in no case",
  },
  certOf: { id: "{n} dari {all}", en: "{n} of {all}" },
  certPromise: { id: "Paling banyak", en: "At most" },
  certFrom: { id: "Terbukti mulai", en: "Certified from" },
  certBits: { id: "{n} bit", en: "{n} bits" },
  certNone: { id: "belum terbukti", en: "not certified" },
  certNeeded: { id: "Butuh", en: "Needed" },
  certHelp: {
    id: "Paling banyak: bagian pesanan asli yang tertahan. Butuh: kelompok tanpa satu keliru, bila semua kelompok berpeluang sama untuk diundi.",
    en: "At most: the share of genuine orders that are held. Needed: clusters without an error, if every cluster has the same chance to be drawn.",
  },
};
