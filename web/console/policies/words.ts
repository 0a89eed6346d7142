/** Words of the screens in this folder. Each stands beside its other language. */
export const POLICIES_WORDS = {
  policy_: {
    lead: {
      id: "Yang boleh membatalkan pesanan, tertulis sebelum penjualan dibuka. Versi yang terbit tidak pernah berubah.",
      en: "What may cancel an order, written before a sale opens. A published version never changes.",
    },
    none: {
      id: "Belum ada kebijakan. Pakai kebijakan bawaan pada sebuah draf, lalu tulis versi sendiri di sini.",
      en: "No policy yet. Use the shipped one on a draft, then write a version of your own here.",
    },
    version: { id: "Versi", en: "Version" },
    rules: { id: "Aturan", en: "Rules" },
    rule: { id: "Aturan", en: "Rule" },
    says: { id: "Bunyinya", en: "What it says" },
    grade: { id: "Bukti", en: "Evidence" },
    effect: { id: "Akibat", en: "Effect" },
    ceiling: { id: "Batas keliru", en: "Error ceiling" },
    reviewOnly: { id: "hanya tinjauan", en: "review only" },
    editor: { id: "Versi berikutnya", en: "The next version" },
    editorLead: {
      id: "Berawal dari versi di atas. Diperiksa selagi Anda menulis: alasan kabur, kata niat, dan bukti lemah yang menolak tidak dapat terbit.",
      en: "Begins as the version above. Checked while you write: vague grounds, words of intent and weak evidence that refuses cannot be published.",
    },
    document: { id: "Dokumen (JSON)", en: "Document (JSON)" },
    notJson: { id: "Ini bukan JSON yang utuh.", en: "This is no complete JSON." },
    fine: { id: "Boleh terbit.", en: "May be published." },
    publish: { id: "Terbitkan", en: "Publish" },
    sure: {
      id: "Terbitkan versi ini? Versi yang terbit tidak bisa diubah atau ditarik.",
      en: "Publish this version? A published version cannot be changed or taken back.",
    },
  },
  grades: {
    strong: { id: "kuat", en: "strong" },
    weak: { id: "lemah", en: "weak" },
  },
  effects: {
    refuse: { id: "boleh membatalkan", en: "may cancel" },
    check: { id: "hanya meminta konfirmasi", en: "asks to confirm only" },
  },
  backtest: {
    title: { id: "Bandingkan pada penjualan yang lalu", en: "Compare on a past sale" },
    lead: {
      id: "Apa yang akan ditahan masing-masing, dari pesanan yang sama. Tidak ada yang ditulis.",
      en: "What each would hold of the same orders. Nothing is written.",
    },
    run: { id: "Bandingkan", en: "Compare" },
    running: { id: "Menghitung…", en: "Computing…" },
    a: { id: "A: yang terbit", en: "A: published" },
    b: { id: "B: yang ditulis", en: "B: being written" },
    held: { id: "Pesanan ditahan", en: "Orders held" },
    single: { id: "dari akun dengan satu pesanan", en: "of accounts with one order" },
    asked: { id: "Diminta konfirmasi", en: "Asked to confirm" },
    wrong: {
      id: "Pembeli asli di antaranya (taksiran model)",
      en: "Genuine buyers among them (the model's estimate)",
    },
    between: { id: "{low} sampai {high}", en: "{low} to {high}" },
    wrongHelp: {
      id: "Rentang menurut model sendiri, bukan batas: satu kasus bisa keliru seluruhnya, dan skornya sendiri bisa meleset. Dihitung dari semua pesanan yang dibayar, juga yang kemudian dibatalkan.",
      en: "A range by the model itself, no bound: a case may be wrong as a whole, and the scores themselves may be off. Counted over all orders that were paid, those cancelled afterwards too.",
    },
    differ: {
      id: "{n} dari {all} pesanan berbeda nasibnya.",
      en: "{n} of {all} orders fare differently.",
    },
    sample: { id: "Beberapa di antaranya", en: "Some of them" },
  },
};
