/** The message to a buyer who is owed a unit. */
export const REMEDY_WORDS = {
  subject: { id: "Satu unit disisihkan untuk Anda", en: "A unit is set aside for you" },
  /** In a text message; the link follows. */
  brief: {
    id: "Satu unit disisihkan untuk Anda dari gelombang berikutnya. Rinciannya:",
    en: "A unit is set aside for you from the next round. Details:",
  },
  afterDecision: {
    id: "Kami keliru tentang pesanan Anda. Satu {variant} kami sisihkan untuk Anda dari gelombang berikutnya, sebelum dibuka, dengan harga lama. Hak ini atas nama Anda dan berlaku sampai terpenuhi, paling lama {days} hari.",
    en: "We were wrong about your order. One {variant} will be set aside for you from the next round, before it opens, at the old price. It is yours until served, {days} days at most.",
  },
  afterFailure: {
    id: "{reason} Satu {variant} kami sisihkan untuk Anda dari gelombang berikutnya, sebelum dibuka.",
    en: "{reason} One {variant} will be set aside for you from the next round, before it opens.",
  },
};
