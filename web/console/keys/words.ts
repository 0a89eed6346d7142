/** Words of the screens in this folder. Each stands beside its other language. */
export const KEYS_WORDS = {
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
};
