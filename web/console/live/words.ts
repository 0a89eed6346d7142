/** Words of the screens in this folder. Each stands beside its other language. */
export const LIVE_WORDS = {
  policy: { id: "Kebijakan", en: "Policy" },
  check: { id: "Periksa undian", en: "Check the draw" },
  actions: {
    open: { id: "Buka", en: "Open" },
    pause: { id: "Jeda", en: "Pause" },
    resume: { id: "Lanjutkan", en: "Resume" },
    close: { id: "Tutup", en: "Close" },
  },
  /** Asked before what cannot be taken back. */
  sure: {
    open: {
      id: "Buka penjualan ini untuk umum? Stok, harga, dan aturannya tidak bisa diubah lagi.",
      en: "Open this sale to the public? Its stock, prices and rules cannot be changed afterwards.",
    },
    close: {
      id: "Tutup penjualan ini? Pendaftaran dan tawaran baru berhenti dan tidak bisa dibuka lagi.",
      en: "Close this sale? Entry and new offers stop, and it cannot be opened again.",
    },
  },
  confirmCarve: {
    id: "Sisihkan unit yang dijanjikan dari gelombang ini? Hanya bisa sekali.",
    en: "Set the owed units aside from this round? It is done once.",
  },
  liveLead: {
    id: "Angka detik ini. Jeda menghentikan tawaran dan tenggat; tempat antre tetap.",
    en: "Figures of this second. A pause stops offers and deadlines; places in line stay.",
  },
  roundTimes: {
    id: "{name}: {mode}, {opens} sampai {closes}",
    en: "{name}: {mode}, {opens} to {closes}",
  },
  entries: { id: "Peserta", en: "Entrants" },
  waiting: { id: "Menunggu", en: "Waiting" },
  sharedTurns: { id: "Berbagi giliran, dilewati", en: "Shared a turn, passed over" },
  turnFaults: {
    id: "Pada {n} jendela, pencarian orang yang mendaftar lebih dari sekali gagal. Di sana tidak ada yang dilewati; setiap pendaftaran tetap mendapat gilirannya.",
    en: "In {n} windows the search for people with several entries failed. Nobody was passed over there; each entry keeps its turn.",
  },
  beaconWait: {
    id: "{n} kelompok sudah disegel dan menunggu putaran drand {round} sejak {since}. Biasanya beberapa detik. Kalau jaringan terputus, tidak ada yang hilang: undian berjalan begitu putarannya datang, atau Anda menyerahkannya dengan giliran sale beacon.",
    en: "{n} group(s) sealed, waiting for round {round} of drand since {since}. That takes some seconds as a rule. Where the network is away nothing is lost: the draw goes on when the round comes, or you hand it in with giliran sale beacon.",
  },
  offersOpen: { id: "Tawaran terbuka", en: "Open offers" },
  ordersOpen: { id: "Pesanan belum lunas", en: "Unpaid orders" },
  sold: { id: "Terjual", en: "Sold" },
  expired: { id: "Tawaran lewat waktu", en: "Expired offers" },
  backfilled: { id: "Ditawarkan ulang", en: "Offered again" },
  refundsDue: { id: "Uang harus kembali", en: "Refunds due" },
  columns: {
    allotted: { id: "Alokasi", en: "Allotted" },
    free: { id: "Bebas", en: "Free" },
    offered: { id: "Ditawarkan", en: "Offered" },
    ordered: { id: "Dipesan", en: "Ordered" },
    sold: { id: "Terjual", en: "Sold" },
    held: { id: "Disengketakan", en: "Disputed" },
    returned: { id: "Retur", en: "Returned" },
  },
  shippedPolicy: { id: "Pakai kebijakan bawaan", en: "Use the shipped policy" },
  ownPolicy: { id: "Pakai {name} v{version}", en: "Use {name} v{version}" },
  carveOut: { id: "Sisihkan unit yang dijanjikan", en: "Set aside what is owed" },
  carved: {
    id: "{n} unit disisihkan; {left} orang masih menunggu gelombang berikutnya.",
    en: "{n} units set aside; {left} people wait for the next round.",
  },
  carvedOther: {
    id: "{n} di antaranya dijanjikan barang lain daripada yang dijual di sini, dan belum menyetujui pengganti.",
    en: "{n} of them are owed another product than is sold here, and have agreed to no substitute.",
  },
  message: {
    title: { id: "Pesan untuk semua yang menunggu", en: "A word to everybody who waits" },
    lead: {
      id: "Tampil di halaman penjualan sampai ditarik kembali.",
      en: "Shown on the sale's page until it is taken back.",
    },
    inIndonesian: { id: "Pesan (Indonesia)", en: "Message (Indonesian)" },
    inEnglish: { id: "Pesan (Inggris)", en: "Message (English)" },
    send: { id: "Tampilkan", en: "Show it" },
    takeBack: { id: "Tarik kembali", en: "Take it back" },
  },
  answers: {
    title: { id: "Waktu menjawab", en: "Time to answer" },
    lead: {
      id: "Semua server bersama-sama, sepuluh detik terakhir; satu dari delapan permintaan diukur.",
      en: "All servers together, the last ten seconds; one request in eight is timed.",
    },
    perSecond: { id: "Permintaan per detik", en: "Requests per second" },
    median: "Median",
    p99: { id: "99 % lebih cepat dari", en: "99 % faster than" },
    errors: { id: "Kesalahan server", en: "Server errors" },
  },
  chart: {
    title: { id: "Sejak halaman ini dibuka", en: "Since this page was opened" },
    counts: {
      id: "Peserta, tawaran terbuka, dan unit terjual dari waktu ke waktu",
      en: "Entrants, open offers and units sold over time",
    },
    times: { id: "Waktu menjawab dari waktu ke waktu", en: "Time to answer over time" },
    clock: { id: "Pukul", en: "Time" },
  },
};
