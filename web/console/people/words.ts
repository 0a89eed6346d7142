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
  peopleLead: {
    id: "Tidak ada peran yang dapat membatalkan sendirian: yang memutuskan kasus tidak menyetujui tindakan massal.",
    en: "No role can cancel alone: who decides cases does not approve batches.",
  },
  invite: { id: "Undang rekan", en: "Invite a colleague" },
  inviteLead: {
    id: "Tautan berlaku 48 jam dan satu kali. Rahasianya ada setelah tanda #, tidak pernah sampai ke server lain.",
    en: "The link works once, for 48 hours. Its secret stands after the #, which never reaches another server.",
  },
  role: { id: "Peran", en: "Role" },
  makeLink: { id: "Buat tautan", en: "Make a link" },
  linkOnce: { id: "Tampil sekali ini:", en: "Shown this once:" },
  confirmLeave: {
    id: "{name} keluar? Sesi dan kunci sandinya berakhir; yang pernah dilakukan tetap tercatat.",
    en: "Does {name} leave? Sessions and passkeys end; what was done stays in the log.",
  },
  leave: { id: "Hapus akses", en: "Remove access" },
  lastSeen: { id: "Terakhir masuk", en: "Last signed in" },
  invited: { id: "(diundang)", en: "(invited)" },
  states: {
    active: { id: "aktif", en: "active" },
    invited: { id: "diundang", en: "invited" },
    left: { id: "keluar", en: "left" },
  },
  whatRoles: { id: "Apa yang boleh dilakukan peran", en: "What the roles may do" },
};
