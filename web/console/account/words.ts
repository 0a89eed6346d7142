/** Words of the screens in this folder. Each stands beside its other language. */
export const ACCOUNT_WORDS = {
  account_: { id: "Akun saya", en: "My account" },
  password: { id: "Kata sandi", en: "Password" },
  passwordLead: {
    id: "Sedikitnya 10 huruf atau tanda, bukan yang umum, dan bukan dari nama Anda, toko, atau penjualan. Sesi Anda yang lain berakhir.",
    en: "At least 10 characters, not a common one, and not made of your name, the shop's or a sale's. Your other sessions end.",
  },
  passwordOld: { id: "Kata sandi lama", en: "Old password" },
  passwordNew: { id: "Kata sandi baru", en: "New password" },
  passwordChange: { id: "Ganti kata sandi", en: "Change password" },
  passwordChanged: {
    id: "Kata sandi sudah diganti. Sesi lain sudah berakhir.",
    en: "The password is changed. Other sessions have ended.",
  },
};
