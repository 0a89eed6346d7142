/** The public statement about a batch of cancellations. */
export const STATEMENT_WORDS = {
  cancelled: {
    id: "{cancelled} pesanan dari {accounts} akun dibatalkan menurut kebijakan penjualan. Setiap pembeli lebih dahulu dikirimi alasannya dan dapat membanding.",
    en: "{cancelled} orders of {accounts} accounts were cancelled under the sale's policy. Every buyer was sent the reasons first, and can appeal.",
  },
  kept: {
    id: "{kept} unit masih ditahan selama sengketanya terbuka.",
    en: "{kept} units are held while their disputes are open.",
  },
  letGo: {
    id: "{letGo} pembeli masih menunggu jawaban; unitnya tidak lagi ditahan.",
    en: "{letGo} buyers still wait for an answer; their units are no longer held.",
  },
  wrong: {
    id: "{wrong} keputusan ternyata keliru: unitnya dikembalikan atau dijanjikan.",
    en: "{wrong} decisions were wrong: the unit was given back or is owed.",
  },
  final: {
    id: "{final} keputusan tetap berlaku.",
    en: "{final} decisions stand.",
  },
  unreached: {
    id: "{unreached} pemberitahuan tidak sampai; keputusannya tetap terbaca setelah masuk.",
    en: "{unreached} notices could not be delivered; those decisions can be read after signing in.",
  },
};
