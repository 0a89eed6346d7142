/** Words of the screens in this folder. Each stands beside its other language. */
export const PEOPLE_WORDS = {
  roleTexts: {
    owner: { id: "semua, dan mengundang rekan", en: "everything, and inviting colleagues" },
    operator: {
      id: "menjalankan penjualan, kebijakan, tindakan massal, pemenuhan hak, laporan",
      en: "runs sales, policies, batches, remedies, reports",
    },
    reviewer: {
      id: "memutuskan kasus dan banding, melihat data dengan alasan",
      en: "decides cases and appeals, sees details for a purpose",
    },
    approver: {
      id: "menyetujui dan menghentikan tindakan massal, memutuskan banding",
      en: "approves and stops batches, decides appeals",
    },
    auditor: {
      id: "membaca semuanya, tidak mengubah apa pun",
      en: "reads everything, changes nothing",
    },
  },
  demands: { id: "Faktor kedua", en: "Second factor" },
  demandsLead: {
    id: "Peran yang dicentang wajib masuk dengan aplikasi kode, kunci sandi, atau login perusahaan. Yang belum punya harus memasangnya sebelum dapat berbuat apa pun.",
    en: "Ticked roles must sign in with an app, a passkey, or the company's login. People without one have to set it up before they can do anything.",
  },
  demandsRoles: { id: "Wajib untuk", en: "Demanded of" },
  factors: { id: "Faktor kedua", en: "Second factors" },
  app: { id: "aplikasi kode", en: "app" },
  reset: { id: "Reset faktor kedua", en: "Reset second factor" },
  confirmReset: {
    id: "Hapus semua faktor kedua {name}? Kata sandinya tetap; sesinya berakhir.",
    en: "Remove all second factors of {name}? The password stays; sessions end.",
  },
};
