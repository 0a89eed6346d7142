/** Words of the screens in this folder. Each stands beside its other language. */
export const FRAME_WORDS = {
  noScript: {
    id: "Konsol memerlukan JavaScript. Halaman pembeli tidak.",
    en: "The console needs JavaScript. The buyers' pages do not.",
  },
  menu: "Menu",
  skip: { id: "Langsung ke isi", en: "Skip to content" },
  noSuchPage: { id: "Halaman ini tidak ada.", en: "There is no such page." },
  nav: {
    all: { id: "Halaman", en: "Pages" },
    sell: { id: "Menjual", en: "Selling" },
    trust: { id: "Meja kepercayaan", en: "Trust desk" },
    integrity: { id: "Integritas", en: "Integrity" },
    house: { id: "Rumah", en: "House" },
  },
  search: { id: "Cari", en: "Search" },
  searchLabel: {
    id: "Nama penjualan, nomor kasus, awal nomor pesanan atau akun, nama rekan",
    en: "A sale's name, a case number, the start of an order or account, a colleague",
  },
  nothingFound: { id: "Tidak ditemukan.", en: "Nothing found." },
  kinds: {
    sale: { id: "Penjualan", en: "Sale" },
    case: { id: "Kasus", en: "Case" },
    order: { id: "Pesanan", en: "Order" },
    appeal: { id: "Banding", en: "Appeal" },
    batch: { id: "Tindakan massal", en: "Batch" },
    person: { id: "Orang", en: "Person" },
  },
  welcome: { id: "Selamat datang", en: "Welcome" },
  signInTitle: { id: "Masuk ke konsol", en: "Sign in to the console" },
  firstRun: {
    id: "Buat akun Anda. Tautan ini hanya berlaku satu kali.",
    en: "Create your account. This link works once.",
  },
  password: {
    id: "Kata sandi (paling sedikit 10 karakter)",
    en: "Password (at least 10 characters)",
  },
  passwordShort: { id: "Kata sandi", en: "Password" },
  create: { id: "Buat akun", en: "Create account" },
  signIn: { id: "Masuk", en: "Sign in" },
  signInPasskey: { id: "Masuk dengan kunci sandi", en: "Sign in with a passkey" },
  signOut: { id: "Keluar", en: "Sign out" },
  textsRunOut: {
    id: "SMS kode masuk jam ini: {n} dari {of}. Kalau habis, kode hanya dikirim lewat surel sampai jam berikutnya.",
    en: "Texts with sign-in codes this hour: {n} of {of}. When they are used up, codes go by e-mail only until the next hour.",
  },
  textsUsedUp: {
    id: "SMS kode masuk untuk jam ini habis ({n} dari {of}). Kode lewat surel, kunci sandi, dan akun toko tetap jalan. Batasnya: GILIRAN_CODE_TEXTS_PER_HOUR.",
    en: "Texts with sign-in codes are used up for this hour ({n} of {of}). Codes by e-mail, passkeys and the shop's account go on. The limit is GILIRAN_CODE_TEXTS_PER_HOUR.",
  },
  appealsDueSoon: { id: "{n} segera", en: "{n} due soon" },
};
