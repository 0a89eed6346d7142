/** Words of the screens in this folder. Each stands beside its other language. */
export const LOG_WORDS = {
  whoFilter: { id: "Siapa (sebagian nama)", en: "Who (part of a name)" },
  whatFilter: { id: "Apa atau tentang apa", en: "What, or what about" },
  sinceFilter: { id: "Dari tanggal", en: "From" },
  untilFilter: { id: "Sampai tanggal", en: "Up to" },
  clearFilter: { id: "Tampilkan semua", en: "Show all" },
  saveShown: { id: "Unduh yang tersaring (CSV)", en: "Download these (CSV)" },
  noneMatches: {
    id: "Tidak ada catatan yang cocok dengan saringan ini.",
    en: "No line matches this filter.",
  },
  logLead: {
    id: "Siapa melakukan apa. Tidak ada yang dapat menghapusnya dari sini.",
    en: "Who did what. Nobody can erase it from here.",
  },
  saveLog: { id: "Unduh semua (CSV)", en: "Download all (CSV)" },
  who: { id: "Siapa", en: "Who" },
  about: { id: "Tentang", en: "About" },
  newest: { id: "Terbaru", en: "Newest" },
  older: { id: "Lebih lama", en: "Older" },
  nothingLogged: { id: "Belum ada catatan.", en: "Nothing in the log yet." },
};
