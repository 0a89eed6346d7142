import type { Spoken } from "../../../src/base/language.ts";
import { DECISION_WORDS } from "../decision/words.ts";
import { POLICY_WORDS } from "../policy/words.ts";
import { CERTIFICATE_WORDS } from "../../ui/certificate/words.ts";
import { WEIGHING_WORDS } from "../../ui/weighing/words.ts";

/** Words of a sale's public report. */
export const REPORT_WORDS = {
  ...WEIGHING_WORDS,
  ...CERTIFICATE_WORDS,
  appealsTitle: DECISION_WORDS.appealsTitle,
  channel: DECISION_WORDS.channel,
  reviewOnly: POLICY_WORDS.reviewOnly,
  promiseBroken: POLICY_WORDS.promiseBroken,
  reportTitle: { id: "Laporan penjualan", en: "Sale report" },
  noReport: {
    id: "Laporan penjualan ini belum terbit. Ia terbit setelah semua pesanan selesai.",
    en: "The report of this sale is not published yet. It comes once all orders have ended.",
  },
  edition: { id: "Edisi", en: "Edition" },
  correction: { id: "Perbaikan", en: "Correction" },
  entrants: { id: "peserta", en: "entrants" },
  offered: { id: "unit ditawarkan", en: "units offered" },
  sold: { id: "terjual", en: "sold" },
  refused: { id: "pesanan dibatalkan", en: "orders cancelled" },
  appeals: { id: "banding", en: "appeals" },
  upheldShort: { id: "dikabulkan", en: "upheld" },
  stock: { id: "Unit per kanal dan varian", en: "Units by channel and variant" },
  round: { id: "Gelombang", en: "Round" },
  held: { id: "ditahan", en: "held" },
  returned: { id: "kembali", en: "returned" },
  unsold: { id: "tidak terjual", en: "unsold" },
  aside: { id: "disisihkan", en: "set aside" },
  byRule: { id: "Pembatalan menurut aturan", en: "Cancellations by rule" },
  byRuleHelp: {
    id: "Satu pesanan bisa dibatalkan karena beberapa aturan, jadi jumlahnya bisa melebihi banyaknya pesanan.",
    en: "One order may be cancelled by several rules, so these can add up to more than the orders.",
  },
  ordersCount: { id: "{n} pesanan", en: "{n} orders" },
  asTable: { id: "Semua angka sebagai tabel", en: "All figures as a table" },
  pendingShort: { id: "menunggu", en: "pending" },
  rejectedShort: { id: "ditolak", en: "rejected" },
  lateShort: { id: "dikabulkan karena terlambat", en: "upheld because we were late" },
  hoursToNotice: { id: "Median sampai pemberitahuan", en: "Median time to the notice" },
  hoursToAnswer: { id: "Median sampai jawaban", en: "Median time to the answer" },
  hours: { id: "jam", en: "h" },
  errorTitle: { id: "Seberapa sering kami keliru", en: "How often we were wrong" },
  errorHelp: {
    id: "Dari sampel acak yang dinilai ulang oleh petugas. Dalam kurung: rentang yang memuat angka sebenarnya dengan keyakinan 95 %.",
    en: "From a random sample that a person judged again. In brackets: the range that holds the true share with 95 % confidence.",
  },
  wrongOfJudged: { id: "Keliru ÷ diperiksa", en: "Wrong ÷ judged" },
  wronglyRefused: {
    id: "Pembeli asli di antara yang dibatalkan",
    en: "Genuine buyers among the cancelled",
  },
  wronglyAccepted: {
    id: "Pesanan diterima yang seharusnya tidak",
    en: "Accepted orders that should not have been",
  },
  inSample: {
    id: "{wrong} keliru dari {audited} yang dinilai",
    en: "{wrong} wrong of {audited} judged",
  },
  weighed: {
    id: "Ditimbang menurut besarnya tiap jenis pesanan, jadi bukan sekadar keliru dibagi dinilai.",
    en: "Weighted by the size of each kind of order, so it is not simply wrong through judged.",
  },
  of: { id: "dari", en: "of" },
  unitsBack: { id: "unit dikembalikan", en: "units given back" },
  owed: { id: "unit dijanjikan", en: "units owed" },
  served: { id: "dipenuhi", en: "served" },
  failuresTitle: { id: "Kegagalan kami", en: "Failures of ours" },
  failuresRecorded: {
    id: "giliran yang gagal dilayani server, menurut catatannya sendiri",
    en: "turns that the server failed, by its own record",
  },
  failuresCredited: {
    id: "unit dijanjikan karena kegagalan itu",
    en: "units owed for failures",
  },
  synthetic: { id: "Angka buatan", en: "Made-up figures" },
};

export type ReportTexts = Spoken<typeof REPORT_WORDS>;
