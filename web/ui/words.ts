/** Words of pages that are about nothing else. */
export const PROBLEM_PAGE_WORDS = {
  onward: { id: "Ke daftar penjualan", en: "To the list of sales" },
};

/** Words of the corner that says who is signed in. */
export const WHO_WORDS = {
  signedInAs: { id: "Masuk sebagai", en: "Signed in as" },
  shopAccount: { id: "akun toko", en: "a shop's account" },
  matters: { id: "Urusan saya", en: "My matters" },
  signOut: { id: "Keluar", en: "Sign out" },
  signOutEverywhere: { id: "Keluar di semua perangkat", en: "Sign out everywhere" },
  everywhereHelp: {
    id: "Tempat Anda dalam antrean dan pesanan Anda tetap ada.",
    en: "Your place in the line and your orders are kept.",
  },
  failed: {
    id: "Tidak berhasil; Anda masih masuk. Coba lagi.",
    en: "It did not work; you are still signed in. Try again.",
  },
};
