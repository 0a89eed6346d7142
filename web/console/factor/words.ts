/** Words of second factors, on several screens. */
export const FACTOR_WORDS = {
  setUpApp: { id: "Pasang aplikasi kode", en: "Set up an authenticator app" },
  typeSecret: {
    id: "Tambahkan akun di aplikasi kode Anda (misalnya Aegis, Google Authenticator) dan ketik kunci ini:",
    en: "Add an account in your authenticator app (such as Aegis or Google Authenticator) and type this key:",
  },
  openApp: { id: "Buka di aplikasi pada perangkat ini", en: "Open in an app on this device" },
  appCode: { id: "Kode enam angka dari aplikasi", en: "Six-digit code of the app" },
  confirm: { id: "Konfirmasi", en: "Confirm" },
  recoveryOnce: {
    id: "Kode cadangan, tampil sekali ini. Simpan di tempat aman; masing-masing berlaku satu kali bila ponsel Anda hilang.",
    en: "Recovery codes, shown this once. Keep them in a safe place; each works once if you lose your phone.",
  },
  kept: { id: "Sudah saya simpan", en: "I have kept them" },
};
