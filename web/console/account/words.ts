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
  factor: { id: "Faktor kedua", en: "Second factor" },
  factorLead: {
    id: "Selain kata sandi: kode dari aplikasi di ponsel Anda. Orang yang tahu kata sandi Anda saja tidak dapat masuk.",
    en: "Beside the password: a code of an app on your phone. Nobody gets in with your password alone.",
  },
  factorDemanded: {
    id: "Peran Anda wajib masuk dengan faktor kedua: aplikasi kode, kunci sandi, atau login perusahaan.",
    en: "Your role must sign in with a second factor: an app, a passkey, or the company's login.",
  },
  appSetUp: { id: "Aplikasi kode terpasang.", en: "An authenticator app is set up." },
  factorCode: {
    id: "Kode dari aplikasi, atau kode cadangan",
    en: "Code of the app, or a recovery code",
  },
  newCodes: { id: "Buat kode cadangan baru", en: "Make new recovery codes" },
  removeApp: { id: "Hapus aplikasi kode", en: "Remove the app" },
  codesLeft: { id: "Kode cadangan tersisa: {n}", en: "Recovery codes left: {n}" },
  loginTied: { id: "Terhubung dengan {host}.", en: "Tied to {host}." },
  tieLogin: { id: "Hubungkan dengan {host}", en: "Tie to {host}" },
  passkeysLead: {
    id: "Sidik jari, wajah, atau kunci USB alih-alih kata sandi; tidak dapat dipancing.",
    en: "A finger, a face or a USB key instead of the password; it cannot be phished.",
  },
  addPasskey: { id: "Tambah kunci sandi", en: "Add a passkey" },
  made: { id: "Dibuat", en: "Made" },
  remove: { id: "Hapus", en: "Remove" },
  sessions: { id: "Tempat Anda masuk", en: "Where you are signed in" },
  device: { id: "Perangkat", en: "Device" },
  since: { id: "Sejak", en: "Since" },
  thisOne: { id: "yang ini", en: "this one" },
  endSession: { id: "Akhiri", en: "End" },
};
