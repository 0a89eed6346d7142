/** The answer to an appeal: what becomes of the order, and why a late one is upheld. */
export const APPEAL_WORDS = {
  subject: { id: "Jawaban atas banding Anda", en: "The answer to your appeal" },
  remedy: {
    unit_back: {
      id: "Pesanan Anda berlaku lagi dengan harga lama; unit yang ditahan adalah milik Anda.",
      en: "Your order stands again at the old price; the unit that was held is yours.",
    },
    entitlement: {
      id: "Satu unit disisihkan untuk Anda dari gelombang berikutnya, sebelum dibuka, dengan harga lama.",
      en: "A unit is set aside for you from the next round, before it opens, at the old price.",
    },
  },
  stands: {
    id: "Keputusan tetap berlaku. Uang yang sudah Anda bayar dikembalikan. Anda masih dapat menempuh jalur di luar: BPSK, YLKI, Kementerian Perdagangan.",
    en: "The decision stands. Money that you paid is refunded. You can still go outside: BPSK, YLKI, the Ministry of Trade.",
  },
  late: {
    id: "Kami tidak memutuskan banding Anda tepat waktu. Buktinya lemah atau hanya satu jenis, jadi keterlambatan kami tidak boleh merugikan Anda: banding dikabulkan.",
    en: "We did not decide your appeal in time. The evidence was weak or of one kind only, so our delay must not cost you: the appeal is upheld.",
  },
};
