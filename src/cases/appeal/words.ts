/** The answer to an appeal: what becomes of the order, and why a late one is upheld. */
export const APPEAL_WORDS = {
  subject: { id: "Jawaban atas banding Anda", en: "The answer to your appeal" },
  /** In a text message; the link follows. */
  brief: {
    upheld: {
      id: "Banding Anda dikabulkan. Jawaban dan kelanjutannya:",
      en: "Your appeal was upheld. The answer and what follows:",
    },
    rejected: {
      id: "Banding Anda ditolak. Jawaban dan jalur di luar:",
      en: "Your appeal was rejected. The answer and other ways:",
    },
  },
  late: {
    id: "Kami tidak memutuskan banding Anda tepat waktu. Buktinya lemah atau hanya satu jenis, jadi keterlambatan kami tidak boleh merugikan Anda: banding dikabulkan.",
    en: "We did not decide your appeal in time. The evidence was weak or of one kind only, so our delay must not cost you: the appeal is upheld.",
  },
  /** The unit is no longer kept; the dispute goes on. */
  letGo: {
    subject: { id: "Tentang pesanan Anda", en: "About your order" },
    buyer: {
      id: "Seperti yang Anda minta, uang pesanan {order} kami kembalikan sekarang dan unitnya tidak lagi disimpan.",
      en: "As you asked, the money of order {order} goes back now and its unit is no longer kept.",
    },
    ship_by: {
      id: "Batas kirim kanal sudah dekat dan belum ada banding, jadi unit pesanan {order} tidak dapat ditahan lagi.",
      en: "The channel's deadline is near and nobody has appealed, so the unit of order {order} can be held no longer.",
    },
    mayAppeal: {
      id: "Hak Anda atas jawaban tetap ada: banding dapat diajukan sampai {until}. Bila dikabulkan, satu unit disisihkan untuk Anda.",
      en: "Your right to an answer stays: you can appeal until {until}. If it is upheld, a unit is set aside for you.",
    },
    pending: {
      id: "Hak Anda atas jawaban tetap ada: banding Anda tetap dijawab. Bila dikabulkan, satu unit disisihkan untuk Anda.",
      en: "Your right to an answer stays: your appeal will be answered. If it is upheld, a unit is set aside for you.",
    },
  },
  /** An appeal that was open when a channel's own deadline came near. */
  shipBy: {
    release: {
      id: "Kami tidak menjawab banding Anda sebelum batas kirim kanal. Keterlambatan kami tidak boleh merugikan Anda: banding dikabulkan dan pesanan Anda dikirim.",
      en: "We did not answer your appeal before the channel's deadline. Our delay must not cost you: the appeal is upheld and your order is sent.",
    },
    cancel_and_owe: {
      id: "Kami tidak menjawab banding Anda sebelum batas kirim kanal, jadi kanal harus membatalkan pesanan. Keterlambatan kami tidak boleh merugikan Anda: banding dikabulkan.",
      en: "We did not answer your appeal before the channel's deadline, so the channel has to cancel the order. Our delay must not cost you: the appeal is upheld.",
    },
  },
};
