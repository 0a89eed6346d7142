/** The seller's public statement about a batch of cancellations. */
export const ANNOUNCEMENT = {
  id: "{cancelled} pesanan dari {accounts} akun dibatalkan menurut kebijakan penjualan. Setiap pembeli sudah diberi tahu alasannya dan dapat membanding; unitnya masih ditahan.",
  en: "{cancelled} orders of {accounts} accounts were cancelled under the sale's policy. Every buyer was told why and can appeal; the units are still held.",
};
