/**
 * Texts of messages. Placeholders such as `{code}` are filled in. A subject shows on locked screens
 * and reveals nothing.
 */
export const MESSAGE_WORDS = {
  sign_in_code: {
    subject: { id: "Kode masuk Giliran", en: "Your Giliran sign-in code" },
    text: {
      id: "Kode masuk Anda: {code}. Berlaku {minutes} menit, satu kali pakai. Jangan berikan kepada siapa pun.",
      en: "Your sign-in code: {code}. Valid for {minutes} minutes, once. Give it to nobody.",
    },
  },
  cod_code: {
    subject: { id: "Konfirmasi bayar di tempat (COD)", en: "Confirm cash on delivery" },
    text: {
      id: "Kode konfirmasi COD untuk {sale}: {code}. Berlaku {minutes} menit.",
      en: "Your cash-on-delivery code for {sale}: {code}. Valid for {minutes} minutes.",
    },
  },
  step_up_code: {
    subject: { id: "Kode untuk pesanan Anda", en: "A code for your order" },
    text: {
      id: "Kode untuk memastikan pesanan Anda di {sale}: {code}. Berlaku {minutes} menit; unitnya tetap ditahan. Jangan berikan kepada siapa pun.",
      en: "Your code to confirm the order in {sale}: {code}. Valid for {minutes} minutes; the unit stays held. Give it to nobody.",
    },
  },
  offer_made: {
    subject: { id: "Giliran Anda tiba", en: "It is your turn" },
    text: {
      id: "Satu unit {variant} ({sale}) ditahan untuk Anda sampai {until}. Buka halaman penjualan untuk memilih cara bayar.",
      en: "One unit of {variant} ({sale}) is held for you until {until}. Open the sale page to choose how to pay.",
    },
  },
};
