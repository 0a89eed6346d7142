/** Words of the screens in this folder. Each stands beside its other language. */
export const BATCHES_WORDS = {
  batchesLead: {
    id: "Pilihan dibekukan, akibatnya ditunjukkan, sampel diputuskan petugas, dua orang menyetujui, dan masih bisa dihentikan.",
    en: "A selection is frozen, its harm is shown, a person decides the sample, two people approve, and it can still be stopped.",
  },
  freeze: { id: "Bekukan kasus yang diputuskan", en: "Freeze the decided cases" },
  freezeAll: { id: "Bekukan semua kasus", en: "Freeze all cases" },
  batchTitle: "{who}, {at}",
  harm: { id: "Akibatnya", en: "The harm" },
  oneOrder: { id: "Akun dengan satu pesanan saja", en: "Accounts with one order only" },
  withinLimit: { id: "Akun yang tidak melewati batas", en: "Accounts within the limit" },
  withinLimitNote: {
    id: "{n} dari {all} akun tidak melewati batas pembelian. Untuk mereka buktinya harus paling kuat.",
    en: "{n} of {all} accounts are within the purchase limit. Evidence against them must be the strongest.",
  },
  rateTooHigh: {
    id: "{channels}: lebih dari {share} pesanan dibatalkan oleh penjual. Kanal biasanya menghukum toko mulai dari sini.",
    en: "{channels}: more than {share} of the orders would be cancelled by the seller. Channels usually punish shops from here on.",
  },
  whoIsHit: { id: "Siapa yang kena", en: "Who would be hit" },
  caseLabel: { id: "Kasus", en: "Case" },
  morePeople: {
    id: "Daftar ini berisi 500 akun pertama; sisanya ada di kasus-kasusnya.",
    en: "These are the first 500 accounts; the cases have the rest.",
  },
  approveWhat: {
    id: "{orders} pesanan dari {accounts} akun akan dibatalkan, senilai {money}; {within} akun di antaranya tidak melewati batas. Setelah masa tenggang tidak bisa ditarik kembali.",
    en: "{orders} orders of {accounts} accounts will be cancelled, worth {money}; {within} of these accounts are within the limit. After the grace period this cannot be taken back.",
  },
  approveType: {
    id: "Ketik {n} huruf pertama kode di atas",
    en: "Type the first {n} signs of the code above",
  },
  sellerRate: { id: "Pembatalan oleh penjual", en: "Cancelled by the seller" },
  now: { id: "Sekarang", en: "Now" },
  after: { id: "Sesudahnya", en: "After" },
  deadlines: { id: "Batas kirim kanal", en: "Channel's deadline" },
  shipBy: { id: "Batas", en: "Deadline" },
  hours: { id: "{n} jam", en: "{n} hours" },
  letStand: { id: "Terlambat: berlaku", en: "Too late: stand" },
  atDeadline: { id: "Ditahan sampai batas", en: "Held until it" },
  wholeTime: { id: "Ditahan penuh", en: "Held in full" },
  stillOpen: { id: "Banding terbuka", en: "An appeal still open" },
  appealStillOpen: {
    release: { id: "pesanan dikirim", en: "the order is sent" },
    cancel_and_owe: { id: "dibatalkan, unit dijanjikan", en: "cancelled, a unit is owed" },
  },
  sample: {
    id: "Sampel yang harus diputuskan petugas",
    en: "The sample that a person must decide",
  },
  sampleLeft: {
    id: "{n} kasus sampel belum diputuskan",
    en: "{n} cases of the sample are undecided",
  },
  bound: {
    id: "Paling banyak {n} kasus lain yang mungkin mengenai pembeli asli; batasnya {allowed}.",
    en: "At most {n} other cases may hit a genuine buyer; the budget is {allowed}.",
  },
  approvedBy: { id: "Disetujui oleh", en: "Approved by" },
  invitedBy: { id: "diundang oleh", en: "invited by" },
  invitedByNobody: { id: "tidak diundang siapa pun di sini", en: "invited by nobody here" },
  approve: { id: "Setujui pilihan ini", en: "Approve this selection" },
  stop: { id: "Hentikan", en: "Stop" },
  announces: {
    id: "Pernyataan publik terbit sendiri di halaman penjualan, setelah setiap pembeli mendapat pemberitahuannya.",
    en: "The public statement appears on the sale's page by itself, once every buyer has had the own notice.",
  },
  announced: { id: "Diumumkan di halaman penjualan", en: "Announced on the sale's page" },
  progressLabel: { id: "Kemajuan", en: "Progress" },
  progress: {
    id: "{done} dari {all} pesanan; {notices} pemberitahuan menunggu",
    en: "{done} of {all} orders; {notices} notices pending",
  },
  runsAt: {
    id: "Berjalan pada {time}; sampai saat itu dapat dihentikan.",
    en: "Runs at {time}; until then it can be stopped.",
  },
  batchState: {
    sampling: { id: "menunggu sampel", en: "waits for its sample" },
    approving: { id: "menunggu persetujuan", en: "waits for approval" },
    grace: { id: "masa tenggang", en: "grace window" },
    running: { id: "berjalan", en: "running" },
    stopped: { id: "dihentikan", en: "stopped" },
    done: { id: "selesai", en: "done" },
  },
  noBatches: {
    id: "Belum ada tindakan massal. Putuskan kasus dahulu, lalu bekukan pilihan di atas.",
    en: "No batch yet. Decide cases first, then freeze a selection above.",
  },
};
