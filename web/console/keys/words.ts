/** Words of the screens in this folder. Each stands beside its other language. */
export const KEYS_WORDS = {
  confirmRevoke: {
    id: "Cabut kunci {name}? Program yang memakainya langsung berhenti; kunci ini tidak bisa dipulihkan.",
    en: "Revoke the key {name}? Programs that use it stop at once, and it cannot be restored.",
  },
  outbox: { id: "Pesan kepada pembeli", en: "Messages to buyers" },
  outboxLead: {
    id: "Yang terbaru di atas. Kode dan tautan hanya untuk penerimanya, jadi tidak ditampilkan.",
    en: "Newest first. Codes and links are their readers' alone and are not shown.",
  },
  outboxStates: {
    waiting: { id: "menunggu dikirim", en: "waiting to be sent" },
    sent: { id: "terkirim", en: "sent" },
    given_up: { id: "gagal dikirim", en: "could not be sent" },
  },
  misfits: { id: "Pembayaran yang tidak cocok", en: "Payments that fit no order" },
  misfitsLead: {
    id: "Laporan layanan pembayaran yang tidak cocok dengan pesanan mana pun, atau jumlahnya lain. Uang lebih dan uang yang jumlahnya kurang kembali sendiri; sisanya perlu dilihat orang.",
    en: "Reports of the payment service that fit no order, or have another amount. What is too much or too little goes back by itself; a person should look at the rest.",
  },
  noMisfits: {
    id: "Setiap pembayaran cocok dengan pesanannya.",
    en: "Every payment fits its order.",
  },
  misfitPayment: { id: "Nomor pembayaran", en: "Payment number" },
  misfitAmount: { id: "Jumlah", en: "Amount" },
  misfitWhyLabel: { id: "Masalah", en: "What is wrong" },
  misfitWhy: {
    no_order: { id: "tidak ada pesanan seperti itu", en: "no such order" },
    other_payment: {
      id: "nomor ini milik pembayaran pesanan lain",
      en: "this number is a payment of another order",
    },
    other_currency: { id: "mata uang lain", en: "another currency" },
    other_amount: { id: "jumlah lain dari harganya", en: "another amount than the price" },
    returned_too_much: {
      id: "yang kembali lebih dari yang dibayar",
      en: "more went back than was paid",
    },
  },
  misfitMoneyLabel: { id: "Uangnya", en: "The money" },
  misfitMoney: {
    kept: { id: "melunasi pesanan", en: "pays for the order" },
    goes_back: { id: "sedang dikembalikan", en: "is going back" },
    went_back: { id: "sudah kembali", en: "went back" },
    nobodys: {
      id: "masih di layanan pembayaran: kembalikan atau catat di sana",
      en: "still at the payment service: pay it back or book it there",
    },
    unknown: {
      id: "tidak diketahui, lihat di layanan pembayaran",
      en: "unknown, look at the payment service",
    },
  },
  misfitSettle: { id: "Sudah diurus", en: "Dealt with" },
  misfitSettled: { id: "diurus oleh {name}", en: "dealt with by {name}" },
  scopes: {
    "sales.read": { id: "membaca penjualan dan angkanya", en: "read sales and their figures" },
    "sales.plan": {
      id: "membuat dan menguji rancangan penjualan",
      en: "create drafts of sales and try them out",
    },
    "sales.run": {
      id: "membuka, menjeda, dan menutup penjualan",
      en: "open, pause and close sales",
    },
    "cases.read": {
      id: "membaca kasus, keputusan, dan angka kekeliruan, disamarkan",
      en: "read cases, decisions and error figures, masked",
    },
    "deliveries.read": { id: "membaca status pengiriman", en: "read what was delivered" },
    "people.read": { id: "membaca siapa yang bekerja di sini", en: "read who works here" },
    "log.read": { id: "membaca catatan", en: "read the log" },
    "sale.read": { id: "membaca semuanya (lama)", en: "read everything (old)" },
    "sale.manage": {
      id: "mengatur semua penjualan (lama)",
      en: "manage all sales (old)",
    },
  },
  madeBy: { id: "Dibuat oleh", en: "Made by" },
  onlySales: { id: "Hanya penjualan (kosong: semua)", en: "Only these sales (empty: all)" },
  forSales: { id: "hanya {sales}", en: "only {sales}" },
  keysEnd: {
    id: "Kunci berakhir bila pembuatnya keluar atau tidak lagi mengatur orang.",
    en: "A key ends when its maker leaves or no longer manages people.",
  },
};
