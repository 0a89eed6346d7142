/** Words of the screens in this folder. Each stands beside its other language. */
export const ENTITLEMENTS_WORDS = {
  entitlementsLead: {
    id: "Unit yang kami utang: disisihkan dari gelombang berikutnya sebelum dibuka.",
    en: "Units that we owe: set aside from the next round before it opens.",
  },
  entitlementState: {
    standing: { id: "menunggu gelombang", en: "waits for a round" },
    reserved: { id: "disisihkan", en: "set aside" },
    served: { id: "terpenuhi", en: "served" },
    expired: { id: "kedaluwarsa", en: "expired" },
    waived: { id: "dilepaskan", en: "waived" },
  },
  family: { id: "Keluarga produk", en: "Product family" },
  granted: { id: "Diberikan", en: "Granted" },
  afterDecision: { id: "keputusan yang keliru", en: "a decision that was wrong" },
  credit: {
    title: { id: "Utang karena kegagalan kami", en: "Owed for a failure of ours" },
    lead: {
      id: "Server gagal pada giliran seseorang: tiketnya cukup. Satu kali untuk satu tiket.",
      en: "The server failed in somebody's turn: the ticket is enough. Once a ticket.",
    },
    ticket: { id: "Tiket", en: "Ticket" },
    reasonId: { id: "Sebabnya (Indonesia)", en: "The reason (Indonesian)" },
    reasonEn: { id: "Sebabnya (Inggris)", en: "The reason (English)" },
    give: { id: "Catat sebagai utang", en: "Note it as owed" },
  },
};
