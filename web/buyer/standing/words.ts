import type { Spoken, Text } from "../../../src/base/language.ts";
import { MONEY_WORDS, SHIP_BY_WORDS } from "../../../src/cases/decision/words.ts";
import type { StandingCode } from "../../../src/sale/standing/standing.ts";
import { METHOD_WORDS } from "../../../src/sale/words.ts";

/** How an order stands, in a sentence: the same on every page of its buyer. */
export const STANDING_WORDS = {
  ownStatus: {
    awaiting_payment: { id: "Menunggu pembayaran", en: "Waiting for payment" },
    awaiting_confirmation: {
      id: "Menunggu kode bayar di tempat",
      en: "Waiting for your cash-on-delivery code",
    },
    paid: { id: "Lunas. Unit ini milik Anda.", en: "Paid. This unit is yours." },
    cod_confirmed: {
      id: "Bayar di tempat dikonfirmasi. Unit ini milik Anda; bayar saat diterima.",
      en: "Cash on delivery confirmed. This unit is yours; pay when it arrives.",
    },
    under_review: {
      id: "Pesanan Anda berlaku. Kami memeriksanya bersama pesanan lain sebelum dikirim.",
      en: "Your order stands. We look at it together with others before it is sent.",
    },
    handed_over: { id: "Sudah diserahkan kepada kurir", en: "Handed over to the courier" },
    delivered: { id: "Sudah diterima", en: "Delivered" },
    delivery_failed: {
      id: "Kurir melaporkan gagal antar",
      en: "The courier reports a failed delivery",
    },
    unpaid: {
      id: "Batal: tidak dibayar tepat waktu, unitnya kembali ke antrean.",
      en: "Cancelled: not paid in time, the unit went back to the line.",
    },
    unconfirmed: {
      id: "Batal: bayar di tempat tidak dikonfirmasi tepat waktu.",
      en: "Cancelled: cash on delivery was not confirmed in time.",
    },
    by_buyer: { id: "Anda membatalkan pesanan ini.", en: "You cancelled this order." },
    refunded: {
      id: "Batal: uang Anda sudah dikembalikan.",
      en: "Cancelled: your money was paid back.",
    },
    by_decision: {
      id: "Dibatalkan dengan keputusan. Unitnya masih ditahan untuk Anda selama sengketa terbuka.",
      en: "Cancelled by a decision. The unit is still held for you while the dispute is open.",
    },
    let_go: {
      id: "Dibatalkan dengan keputusan. Unitnya tidak lagi disimpan; hak Anda atas jawaban tetap ada.",
      en: "Cancelled by a decision. The unit is no longer kept; your right to an answer stays.",
    },
    final: {
      id: "Dibatalkan dengan keputusan, yang tetap berlaku.",
      en: "Cancelled by a decision, which stands.",
    },
    owed: {
      id: "Kami keliru. Satu unit pengganti disisihkan untuk Anda.",
      en: "We were wrong. Another unit is set aside for you.",
    },
    served: {
      id: "Kami keliru. Unit penggantinya sudah Anda dapatkan.",
      en: "We were wrong. You have had the other unit.",
    },
    right_ended: {
      id: "Kami keliru. Hak atas unit pengganti sudah lewat waktunya atau Anda lepaskan.",
      en: "We were wrong. The right to another unit has run out, or you gave it up.",
    },
  } satisfies Record<StandingCode, Text>,
  restored: {
    id: "Kami keliru. Keputusan tentang pesanan ini tidak berlaku lagi.",
    en: "We were wrong. The decision about this order no longer stands.",
  },
  keptUntil: { id: "Unit ditahan paling lama sampai {time}.", en: "Held until {time} at most." },
  letGoAtDeadline: {
    id: "Batas kirim kanal sudah dekat dan belum ada banding, jadi unitnya tidak dapat ditahan lagi.",
    en: "The channel's deadline was near and nobody had appealed, so the unit could not be held any more.",
  },
  atDeadline: SHIP_BY_WORDS.open,
  money: MONEY_WORDS,
  methods: METHOD_WORDS,
  moneyTitle: { id: "Uang Anda", en: "Your money" },
  takeBack: { id: "Kembalikan uang saya sekarang", en: "Give my money back now" },
  takeBackSure: { id: "Ya, kembalikan sekarang", en: "Yes, give it back now" },
  notNow: { id: "Tidak jadi", en: "Not now" },
};

export type StandingTexts = Spoken<typeof STANDING_WORDS>;
