/** Words of pages that are about nothing else. */
export const PROBLEM_PAGE_WORDS = {
  onward: { id: "Ke daftar penjualan", en: "To the list of sales" },
};
