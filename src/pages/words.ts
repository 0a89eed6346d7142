/** Words of the pay page of the sandbox. */
export const SANDBOX_WORDS = {
  title: { id: "Pembayaran uji coba", en: "Sandbox payment" },
  lead: {
    id: "Tidak ada uang yang berpindah. Pilih apa yang dilaporkan layanan pembayaran.",
    en: "No money moves. Choose what the payment service reports.",
  },
  toPay: { id: "Yang dibayar, 1 unit:", en: "To pay, for 1 unit:" },
  paid: { id: "Bayar", en: "Pay" },
  failed: { id: "Gagal", en: "Fail" },
  twice: { id: "Bayar, dilaporkan dua kali", en: "Pay, reported twice" },
  outcome: {
    id: "Dilaporkan: {kind}. Jawaban: {answer}. Tutup halaman ini dan kembali ke penjualan.",
    en: "Reported: {kind}. Answer: {answer}. Close this page and go back to the sale.",
  },
};
