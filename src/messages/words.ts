/**
 * Texts of messages. Placeholders such as `{code}` are filled in. A subject shows on locked screens
 * and reveals nothing. `sms` fits one segment; where it does not, names of sales and variants are
 * cut.
 */
export const MESSAGE_WORDS = {
  sign_in_code: {
    subject: { id: "Kode masuk Giliran", en: "Your Giliran sign-in code" },
    text: {
      id: "Kode masuk Anda: {code}. Berlaku {minutes} menit, satu kali pakai. Jangan berikan kepada siapa pun.",
      en: "Your sign-in code: {code}. Valid for {minutes} minutes, once. Give it to nobody.",
    },
    sms: {
      id: "Kode masuk Anda: {code}. Berlaku {minutes} menit. Jangan berikan kepada siapa pun.",
      en: "Your sign-in code: {code}. Valid for {minutes} minutes. Give it to nobody.",
    },
  },
  cod_code: {
    subject: { id: "Konfirmasi bayar di tempat (COD)", en: "Confirm cash on delivery" },
    text: {
      id: "Kode konfirmasi COD untuk {sale}: {code}. Berlaku {minutes} menit. {link}",
      en: "Your cash-on-delivery code for {sale}: {code}. Valid for {minutes} minutes. {link}",
    },
    sms: {
      id: "Kode COD {sale}: {code}. Berlaku {minutes} menit. {link}",
      en: "Cash-on-delivery code, {sale}: {code}. Valid {minutes} minutes. {link}",
    },
  },
  step_up_code: {
    subject: { id: "Kode untuk pesanan Anda", en: "A code for your order" },
    text: {
      id: "Kode untuk memastikan pesanan Anda di {sale}: {code}. Berlaku {minutes} menit; unitnya tetap ditahan. Jangan berikan kepada siapa pun. {link}",
      en: "Your code to confirm the order in {sale}: {code}. Valid for {minutes} minutes; the unit stays held. Give it to nobody. {link}",
    },
    sms: {
      id: "Kode pesanan {sale}: {code}. Unit ditahan {minutes} menit. {link}",
      en: "Order code, {sale}: {code}. Unit held for {minutes} minutes. {link}",
    },
  },
  offer_made: {
    subject: { id: "Giliran Anda tiba", en: "It is your turn" },
    text: {
      id: "Satu unit {variant} ({sale}) ditahan untuk Anda sampai {until}. Harga: {price}. Pilih cara bayar dan pesan: {link}",
      en: "One unit of {variant} ({sale}) is held for you until {until}. Price: {price}. Choose how to pay and order: {link}",
    },
    sms: {
      id: "Giliran Anda, {sale}: {variant} {price}, ditahan s.d. {until}. Pesan: {link}",
      en: "Your turn, {sale}: {variant} {price}, held until {until}. Order: {link}",
    },
  },
};
