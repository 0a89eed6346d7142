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
};
