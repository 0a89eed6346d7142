/**
 * Words of the table that tells how the share of wrongly accepted orders is computed: the desk and the public report
 * show the same figures.
 */
export const WEIGHING_WORDS = {
  weighing: {
    id: "Bagaimana bagian yang keliru diterima dihitung",
    en: "How the share of wrongly accepted orders is computed",
  },
  weighingLead: {
    id: "Dari setiap jenis pesanan yang diterima diundi sama banyak, karena kekeliruan lebih sering di tempat yang diragukan. Supaya jenis yang kecil tidak memberatkan seluruhnya, setiap jenis dihitung menurut jumlah pesanannya: bagian = jumlah dari (bobot × keliru ÷ diperiksa). Jenis yang belum diperiksa dihitung 0 dalam bagian, tetapi dengan seluruh bobotnya dalam rentang.",
    en: "Equal numbers are drawn from each kind of accepted order, because mistakes are more frequent where there was doubt. So that a small kind does not weigh on the whole, each counts by its number of orders: share = sum of (weight × wrong ÷ judged). A kind of which none was judged counts as 0 in the share, and with its whole weight in the interval.",
  },
  kind: { id: "Jenis", en: "Kind" },
  /** Accepted orders by the doubt there was at first. */
  doubts: {
    released: { id: "dilihat dalam kasus, lalu dilepas", en: "looked at in a case, and released" },
    asked: { id: "ditanya dahulu", en: "asked a question first" },
    undoubted: { id: "tidak pernah diragukan", en: "never doubted" },
  },
  allOrders: { id: "Semua pesanan", en: "All orders" },
  weight: { id: "Bobot", en: "Weight" },
  adds: { id: "Menambah", en: "Adds" },
};
