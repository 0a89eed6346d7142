/** Words of the screens in this folder. Each stands beside its other language. */
export const APPEALS_WORDS = {
  appealsLead: {
    id: "Paling sedikit sisa waktunya di atas. Yang memutuskan tidak boleh ikut dalam keputusan semula.",
    en: "The least time left comes first. Whoever decides had no part in the first decision.",
  },
  turns: {
    heading: { id: "Satu orang, satu giliran", en: "One person, one turn" },
    lead: {
      id: "Mereka yang pendaftarannya berbagi giliran dan menyatakan diri dua orang. Jika benar, pendaftarannya menunggu lagi di nomornya sendiri, dan tidak disatukan lagi.",
      en: "People whose entries share a turn and who say that they are two. Where that is so, the entry waits again at its own number, and they are never put together again.",
    },
    title: { id: "{sale}, gelombang {round}", en: "{sale}, round {round}" },
    why: {
      id: "Disatukan karena {reason} ({bits} bit).",
      en: "Put together because {reason} ({bits} bits).",
    },
    entries: { id: "Pendaftaran yang berbagi giliran", en: "Entries that share the turn" },
    entered: { id: "Masuk", en: "Entered" },
    name: { id: "Nama", en: "Name" },
    address: { id: "Alamat", en: "Address" },
    objects: { id: "keberatan", en: "objects" },
    apart: { id: "Dua orang", en: "Two people" },
    same: { id: "Tetap satu orang", en: "One person after all" },
    verdict: {
      apart: { id: "dua orang", en: "two people" },
      same: { id: "satu orang", en: "one person" },
    },
    state: {
      waiting: { id: "menunggu", en: "waiting" },
      offered: { id: "mendapat giliran", en: "had the turn" },
      over_limit: { id: "melebihi batas", en: "over the limit" },
      shared_turn: { id: "dilewati", en: "passed over" },
    },
  },
  appealTitle: { id: "Banding atas pesanan", en: "Appeal on order" },
  weSaid: { id: "Yang kami katakan", en: "What we said" },
  dossier: {
    id: "Unduh berkas untuk badan perlindungan konsumen",
    en: "Download the file for a consumer body",
  },
  helpDesk: { id: "Yang dikatakan layanan pelanggan sekarang", en: "What the help desk says now" },
  sheSays: { id: "Yang ia katakan", en: "What she says" },
  files: { id: "Berkas", en: "Files" },
  saysFamily: { id: "menyebut keluarga", en: "says it is family" },
  wantsHuman: { id: "ingin berbicara dengan petugas", en: "wants to speak with a person" },
  byDefault: { id: "lewat waktu", en: "clock ran out" },
  yourAnswer: { id: "Jawaban Anda", en: "Your answer" },
  ourAnswer: { id: "Jawaban kami", en: "Our answer" },
  answer: { id: "Jawaban dengan alasannya", en: "Answer with its reasons, in Indonesian" },
  answerEn: { id: "Jawaban dalam bahasa Inggris", en: "The answer in English" },
  uphold: { id: "Kabulkan", en: "Uphold" },
  reject: { id: "Tolak", en: "Reject" },
  appealState: {
    pending: { id: "menunggu", en: "pending" },
    upheld: { id: "dikabulkan", en: "upheld" },
    rejected: { id: "ditolak", en: "rejected" },
  },
};
