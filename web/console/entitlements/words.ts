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
      id: "Satu orang membuat daftar, orang lain menyetujuinya; baru setelah itu unitnya dijanjikan. Paling banyak 1 % unit per gelombang dan varian, kecuali kebijakan menetapkan lebih.",
      en: "One person makes a list, another approves it; only then are its units owed. At most 1 % of a round's units of a variant, unless the policy says more.",
    },
    recorded: {
      id: "{all} kegagalan tercatat oleh server; {lost} orang kehilangan unit atau tempatnya dan belum ada di daftar.",
      en: "{all} failure(s) recorded by the server; {lost} people lost a unit or a place and are in no list yet.",
    },
    states: {
      waiting: { id: "menunggu orang kedua", en: "waits for a second person" },
      approved: { id: "disetujui", en: "approved" },
      rejected: { id: "ditolak", en: "rejected" },
    },
    sources: {
      recorded: { id: "dari catatan server", en: "from the server's record" },
      uploaded: { id: "dari tiket", en: "from tickets" },
    },
    madeBy: { id: "dibuat oleh", en: "made by" },
    endedBy: { id: "diputuskan oleh", en: "decided by" },
    approve: { id: "Setujui daftar ini", en: "Approve this list" },
    reject: { id: "Tolak", en: "Reject" },
    tickets: { id: "Tiket, satu per baris", en: "Tickets, one a line" },
    ticketsHelp: {
      id: "Kosong: orang-orang dari catatan server. Setelah tiket boleh ada spasi dan SKU lain.",
      en: "Empty: the people in the server's record. After a ticket, a space and another SKU may follow.",
    },
    reasonId: { id: "Sebabnya (Indonesia)", en: "The reason (Indonesian)" },
    reasonEn: { id: "Sebabnya (Inggris)", en: "The reason (English)" },
    propose: { id: "Buat daftar", en: "Make a list" },
  },
  noEntitlements: {
    id: "Tidak ada unit yang terutang. Banding yang dikabulkan setelah kanal diberi tahu membuat hak di sini.",
    en: "Nothing is owed. An appeal that is upheld after the channel was told makes an entitlement here.",
  },
};
