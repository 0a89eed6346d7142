import type { AtShipBy } from "../../sale/standing/shipBy.ts";
import type { ParcelOrder, StandingCode } from "../../sale/standing/standing.ts";
import type { Text } from "../../base/language.ts";

/**
 * Texts of a decision, and of its record besides the reasons. Names in braces such as `{order}` are
 * filled in.
 */
export const DECISION_WORDS = {
  rule: { id: "Aturan {rule}", en: "Rule {rule}" },
  remedyIfWrong: {
    id: "Bila banding dikabulkan: unit yang ditahan kembali kepada Anda dengan harga lama; bila sudah tidak mungkin, satu unit disisihkan untuk Anda dari gelombang berikutnya sebelum dibuka.",
    en: "If the appeal is upheld: the held unit is yours again at the old price; where that is no longer possible, a unit is set aside for you from the next round before it opens.",
  },
  notice: {
    subject: { id: "Keputusan tentang pesanan Anda", en: "A decision about your order" },
    brief: {
      id: "Pesanan {order} kami batalkan. Unitnya masih ditahan. {money} Alasan dan banding, gratis, sampai {until}: {link}",
      en: "We cancelled order {order}. Its unit is still held. {money} Reasons and appeal, free, until {until}: {link}",
    },
    /** The money in a text message. */
    briefMoney: {
      id: "Uang Anda, {amount}, kembali paling lambat {time} bila keputusan tetap berlaku.",
      en: "Your money, {amount}, goes back by {time} if the decision stands.",
    },
    cancelled: {
      id: "Pesanan {order} kami batalkan. Unitnya masih ditahan dan tidak diberikan kepada siapa pun sampai {kept}, supaya Anda sempat membanding.",
      en: "We cancelled order {order}. Its unit is still held and goes to nobody until {kept}, so that you have the time to appeal.",
    },
    ground: {
      id: "Dasar: {ground} (aturan {rules}, kebijakan {policy} versi {version})",
      en: "Ground: {ground} (rule {rules}, policy {policy} version {version})",
    },
    seen: { id: "Yang kami lihat:\n{reasons}", en: "What we saw:\n{reasons}" },
    wouldChange: {
      id: "Yang akan mengubah keputusan ini: {counterfactual}.",
      en: "What would change this decision: {counterfactual}.",
    },
    appeal: {
      id: "Kami keliru? Ajukan banding, gratis, tanpa akun, sampai {until}: {link}",
      en: "Are we wrong? Appeal, free, without an account, until {until}: {link}",
    },
  },
};

/** The money of a cancelled order, as its buyer reads it: how much, where to, by when. */
export const MONEY_WORDS = {
  none: {
    id: "Anda belum membayar apa pun untuk pesanan ini, jadi tidak ada uang yang perlu dikembalikan.",
    en: "You have paid nothing for this order, so there is no money to give back.",
  },
  kept: {
    id: "Uang Anda, {amount}, kami simpan selama sengketa. Bila keputusan tetap berlaku, uang itu kembali lewat cara bayar yang Anda pakai ({method}) paling lambat {time}.",
    en: "Your money, {amount}, is kept while the dispute is open. If the decision stands, it goes back the way that you paid ({method}), by {time} at the latest.",
  },
  due: {
    id: "Uang Anda, {amount}, sedang dikembalikan lewat cara bayar yang Anda pakai ({method}), paling lambat {time}.",
    en: "Your money, {amount}, is on its way back the way that you paid ({method}), by {time} at the latest.",
  },
  back: {
    id: "Uang Anda, {amount}, sudah kembali lewat cara bayar yang Anda pakai ({method}) pada {time}.",
    en: "Your money, {amount}, went back the way that you paid ({method}) on {time}.",
  },
  beside: {
    id: "Ada pembayaran yang tidak dipakai untuk pesanan ini: jumlahnya lain, atau Anda membayar dua kali. Uang itu, {amount}, kembali lewat cara bayar yang Anda pakai ({method}) paling lambat {time}.",
    en: "A payment was not used for this order: its amount was another one, or you paid twice. That money, {amount}, goes back the way that you paid ({method}), by {time} at the latest.",
  },
  /** Shown before the button is pressed for good. */
  giveBack: {
    id: "Uang Anda kembali sekarang dan unit Anda tidak lagi disimpan; hak Anda atas jawaban tetap ada.",
    en: "Your money goes back now and your unit is no longer kept; your right to an answer stays.",
  },
  mayAsk: {
    id: "Anda dapat memintanya kembali sekarang juga lewat tautan itu: uang Anda kembali sekarang dan unit Anda tidak lagi disimpan; hak Anda atas jawaban tetap ada.",
    en: "You can have it back at once through that link: your money goes back now and your unit is no longer kept; your right to an answer stays.",
  },
};

/** A channel's own deadline, as the buyer reads it. */
export const SHIP_BY_WORDS = {
  deadline: {
    id: "{channel} membatalkan sendiri pesanan yang belum dikirim sampai {shipBy}. Karena itu unit hanya dapat ditahan sampai {kept}. Banding setelah itu tetap dijawab; bila dikabulkan, satu unit disisihkan untuk Anda.",
    en: "{channel} cancels by itself what was not sent by {shipBy}. So the unit can be held only until {kept}. An appeal after that is still answered; if it is upheld, a unit is set aside for you.",
  },
  open: {
    release: {
      id: "Bila banding Anda belum dijawab dua jam sebelum batas itu, pesanan Anda dikirim.",
      en: "If your appeal has no answer two hours before that deadline, your order is sent.",
    },
    cancel_and_owe: {
      id: "Bila banding Anda belum dijawab dua jam sebelum batas itu, pesanan dibatalkan di kanal dan satu unit disisihkan untuk Anda dengan harga lama.",
      en: "If your appeal has no answer two hours before that deadline, the order is cancelled at the channel and a unit is set aside for you at the old price.",
    },
  } satisfies Record<AtShipBy, Text>,
};

/** The help desk's texts; a buyer could hear each of them. */
export const HELP_DESK_WORDS = {
  standing: {
    awaiting_payment: {
      id: "Menunggu pembayaran pembeli. Belum ada yang dikirim.",
      en: "Waits for the buyer's payment. Nothing is sent yet.",
    },
    awaiting_confirmation: {
      id: "Menunggu kode bayar di tempat dari pembeli. Belum ada yang dikirim.",
      en: "Waits for the buyer's cash-on-delivery code. Nothing is sent yet.",
    },
    paid: { id: "Pesanan berlaku dan dikirim.", en: "The order stands and is sent." },
    cod_confirmed: {
      id: "Pesanan berlaku dan dikirim; dibayar saat diterima.",
      en: "The order stands and is sent; it is paid on delivery.",
    },
    under_review: {
      id: "Pesanan berlaku. Ia diperiksa dahulu bersama pesanan lain sebelum dikirim; belum ada keputusan.",
      en: "The order stands. It is looked at with others before it is sent; nothing is decided.",
    },
    handed_over: { id: "Paket ada pada kurir.", en: "The courier has the parcel." },
    delivered: { id: "Paket sudah diterima.", en: "The parcel was delivered." },
    delivery_failed: {
      id: "Kurir melaporkan gagal antar. Pesanan berlaku dan dikirim lagi.",
      en: "The courier reports a failed delivery. The order stands and is sent again.",
    },
    unpaid: {
      id: "Batal: tidak dibayar tepat waktu.",
      en: "Cancelled: it was not paid in time.",
    },
    unconfirmed: {
      id: "Batal: bayar di tempat tidak dikonfirmasi tepat waktu.",
      en: "Cancelled: cash on delivery was not confirmed in time.",
    },
    by_buyer: { id: "Dibatalkan oleh pembeli.", en: "Cancelled by the buyer." },
    refunded: {
      id: "Batal: uangnya sudah dikembalikan.",
      en: "Cancelled: the money went back.",
    },
    by_decision: {
      id: "Pesanan ini dibatalkan dengan keputusan {decision}. Unitnya masih ditahan selama sengketa. Alasannya:\n{reasons}\nJangan menyebut alasan lain.",
      en: "This order was cancelled by decision {decision}. Its unit is held while the dispute is open. Reasons:\n{reasons}\nGive no other reason.",
    },
    let_go: {
      id: "Pesanan ini dibatalkan dengan keputusan {decision}. Unitnya tidak lagi ditahan; pembeli tetap berhak atas jawaban. Alasannya:\n{reasons}\nJangan menyebut alasan lain.",
      en: "This order was cancelled by decision {decision}. Its unit is no longer held; the buyer still has a right to an answer. Reasons:\n{reasons}\nGive no other reason.",
    },
    final: {
      id: "Pesanan ini dibatalkan dengan keputusan {decision}, dan sengketanya selesai. Alasannya:\n{reasons}\nJangan menyebut alasan lain.",
      en: "This order was cancelled by decision {decision}, and the dispute is over. Reasons:\n{reasons}\nGive no other reason.",
    },
    owed: {
      id: "Keputusan {decision} keliru. Pesanan ini tetap batal; satu unit pengganti dijanjikan kepada pembeli dengan harga lama.",
      en: "Decision {decision} was wrong. This order stays cancelled; another unit is owed to the buyer at the old price.",
    },
    served: {
      id: "Keputusan {decision} keliru. Pesanan ini tetap batal; pembeli sudah mendapat unit penggantinya.",
      en: "Decision {decision} was wrong. This order stays cancelled; the buyer has had the other unit.",
    },
    right_ended: {
      id: "Keputusan {decision} keliru. Pesanan ini tetap batal; hak atas unit pengganti sudah berakhir atau dilepaskan.",
      en: "Decision {decision} was wrong. This order stays cancelled; the right to another unit has run out or was given up.",
    },
  } satisfies Record<StandingCode, Text>,
  restored: {
    id: "Keputusan {decision} keliru dan tidak berlaku lagi; unit yang ditahan kembali kepada pembeli.",
    en: "Decision {decision} was wrong and no longer stands; the unit that was held is the buyer's again.",
  },
  byTime: {
    id: "Banding dikabulkan karena kami terlambat menjawab.",
    en: "The appeal was upheld because we were late with the answer.",
  },
  mayAppeal: {
    id: "Pembeli dapat membanding sampai {until}.",
    en: "The buyer may appeal until {until}.",
  },
  appealPending: {
    id: "Banding pembeli sedang diperiksa.",
    en: "The buyer's appeal is being looked at.",
  },
  open: {
    release: {
      id: "Bila banding belum dijawab dua jam sebelum batas kirim kanal, pesanan dikirim.",
      en: "If an appeal has no answer two hours before the channel's deadline, the order is sent.",
    },
    cancel_and_owe: {
      id: "Bila banding belum dijawab dua jam sebelum batas kirim kanal, pesanan dibatalkan di kanal dan satu unit dijanjikan.",
      en: "If an appeal has no answer two hours before the channel's deadline, the order is cancelled at the channel and a unit is owed.",
    },
  } satisfies Record<AtShipBy, Text>,
  money: {
    none: { id: "Pembeli belum membayar apa pun.", en: "The buyer has paid nothing." },
    kept: {
      id: "Uang pembeli, {amount}, disimpan selama sengketa; bila keputusan tetap berlaku, kembali lewat {method} paling lambat {time}. Pembeli dapat memintanya kembali sekarang juga.",
      en: "The buyer's money, {amount}, is kept while the dispute is open; if the decision stands, it goes back by {method}, by {time} at the latest. The buyer can have it back at once.",
    },
    due: {
      id: "Uang pembeli, {amount}, sedang dikembalikan lewat {method}, paling lambat {time}.",
      en: "The buyer's money, {amount}, is on its way back by {method}, by {time} at the latest.",
    },
    beside: {
      id: "Ada pembayaran yang tidak dipakai untuk pesanan ini. Uang itu, {amount}, dikembalikan lewat {method} paling lambat {time}.",
      en: "A payment was not used for this order. That money, {amount}, goes back by {method}, by {time} at the latest.",
    },
    back: {
      id: "Uang pembeli, {amount}, sudah kembali lewat {method} pada {time}.",
      en: "The buyer's money, {amount}, went back by {method} on {time}.",
    },
  },
};

/** For the courier: what to do with the parcel, and nothing about the buyer. */
export const COURIER_WORDS: Readonly<Record<ParcelOrder, Text>> = {
  ship: { id: "Kirim seperti biasa.", en: "Ship as usual." },
  wait: {
    id: "Jangan dikirim dahulu.",
    en: "Do not ship it yet.",
  },
  keep: {
    id: "Jangan dikirim; simpan. Ini bukan pengiriman gagal.",
    en: "Do not ship; keep it. This is not a failed delivery.",
  },
  carry: {
    id: "Tidak ada yang perlu dilakukan lagi; paket sudah berangkat.",
    en: "Nothing is left to do; the parcel has left.",
  },
};

/** The consequence of an answered appeal for the order. */
export const AFTER_APPEAL_WORDS = {
  back: {
    id: "Pesanan Anda berlaku lagi dengan harga lama; unit yang ditahan adalah milik Anda.",
    en: "Your order stands again at the old price; the unit that was held is yours.",
  },
  owed: {
    id: "Satu unit disisihkan untuk Anda dari gelombang berikutnya, sebelum dibuka, dengan harga lama.",
    en: "A unit is set aside for you from the next round, before it opens, at the old price.",
  },
  stands: { id: "Keputusan tetap berlaku.", en: "The decision stands." },
  outside: {
    id: "Anda masih dapat menempuh jalur di luar: BPSK, YLKI, Kementerian Perdagangan.",
    en: "You can still go outside: BPSK, YLKI, the Ministry of Trade.",
  },
};
