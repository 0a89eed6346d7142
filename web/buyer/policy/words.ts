import type { Spoken } from "../../../src/base/language.ts";
import { SHIP_BY_WORDS } from "../../../src/cases/decision/words.ts";
import { DECISION_WORDS } from "../decision/words.ts";

/** Words of the page of a sale's policy. */
export const POLICY_WORDS = {
  appealsTitle: DECISION_WORDS.appealsTitle,
  version: DECISION_WORDS.version,
  policyTitle: { id: "Kebijakan penjualan", en: "The sale's policy" },
  fingerprint: { id: "Sidik jari", en: "Fingerprint" },
  rules: { id: "Alasan yang dapat membatalkan pesanan", en: "What can cancel an order" },
  checks: { id: "Petunjuk yang hanya menambah", en: "Hints that only add" },
  reviewOnly: {
    id: "Sementara hanya untuk ditinjau: aturan ini terlalu sering keliru.",
    en: "Review only for now: this rule was wrong too often.",
  },
  brakeTitle: { id: "Rem tindakan massal", en: "The brake on mass action" },
  brake: {
    id: "Sebelum banyak pesanan dibatalkan, sampel kasus yang ditarik secara acak diputuskan petugas. Paling banyak {share} kasus boleh mengenai pembeli asli (dengan keyakinan {confidence}). {approvals} orang harus setuju, lalu ada masa tenggang {grace} menit.",
    en: "Before many orders are cancelled, a person decides cases that were drawn by chance. At most {share} of the cases may hit a genuine buyer (at {confidence} confidence). {approvals} people must approve, then there is a grace window of {grace} minutes.",
  },
  promiseBroken: {
    id: "Janji ini tidak kami tepati: di atas beberapa penjualan, terlalu banyak pembeli asli yang terkena. Sejak itu setiap kasus diputuskan petugas; tidak ada lagi yang diserahkan pada sampel.",
    en: "We did not keep this promise: over several sales too many genuine buyers were hit. Since then a person decides every case; nothing is left to a sample any more.",
  },
  appealClock: {
    id: "Banding dapat diajukan {file} jam setelah pemberitahuan dan dijawab dalam {decide} jam. Bila kami terlambat dan buktinya lemah atau satu jenis saja, banding dikabulkan.",
    en: "An appeal can be filed for {file} hours after the notice and is answered within {decide} hours. When we are late and the evidence was weak or of one kind, it is upheld.",
  },
  remedy: {
    id: "Hak unit pengganti berlaku {days} hari, atas nama Anda, di kanal mana pun.",
    en: "A unit that is owed stands for {days} days, in your name, on any channel.",
  },
  refund: {
    id: "Uang dari pesanan yang dibatalkan kembali dalam {days} hari lewat cara bayar yang dipakai, setelah sengketa selesai atau begitu Anda memintanya.",
    en: "Money of a cancelled order is back within {days} days, the way that it was paid, once the dispute has ended or you have asked for it.",
  },
  shipBy: {
    id: "Ada kanal yang membatalkan sendiri pesanan yang terlambat dikirim. Di sana unit tanpa banding ditahan paling lama sampai enam jam sebelum batasnya.",
    en: "Some channels cancel late orders by themselves. There a unit without an appeal is held until six hours before that deadline at most.",
  },
  openAtShipBy: SHIP_BY_WORDS.open,
  retention: {
    id: "Bukti dihapus {days} hari setelah penjualan ditutup.",
    en: "Evidence is erased {days} days after the sale has closed.",
  },
  codTitle: { id: "Bayar di tempat (COD)", en: "Cash on delivery" },
};

export type PolicyTexts = Spoken<typeof POLICY_WORDS>;
