/** Texts about orders beyond the limit of one person. */
export const LIMIT_WORDS = {
  oneFewer: {
    id: "satu pesanan lebih sedikit dari orang yang sama",
    en: "one order fewer by the same person",
  },
  reason: { id: "{limit} (sama: {shared})", en: "{limit} (the same: {shared})" },
  shared: {
    account: { id: "akun", en: "account" },
    phone: { id: "nomor telepon", en: "phone number" },
    email: { id: "e-mail", en: "e-mail" },
    device: { id: "perangkat", en: "device" },
    recipient: { id: "penerima dan alamat", en: "recipient and address" },
    payment: { id: "alat pembayaran", en: "means of payment" },
  },
};
