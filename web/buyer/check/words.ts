/** Words of the page that recomputes a draw. Both languages have the same keys by type. */
const id = {
  title: "Periksa undian sendiri",
  lead: "Halaman ini mengunduh catatan publik dan menghitung ulang semuanya di peramban Anda, dengan kode yang sama seperti server.",
  start: "Hitung ulang sekarang",
  reading: "{n} baris dibaca …",
  good: "Cocok. Tidak ada satu pun yang tidak sesuai.",
  bad: "Ada yang tidak cocok:",
  notYet: "Gelombang ini belum selesai; yang sudah ada diperiksa.",
  checks: {
    anchor: "Setiap rahasia berasal dari rantai yang jangkarnya terbit sebelum dibuka",
    root: "Akar Merkle setiap kelompok cocok dengan pendaftarannya",
    seed: "Setiap benih dihitung dari rahasia dan akarnya",
    line: "Setiap tawaran jatuh kepada yang berikutnya dalam antrean",
    stock: "Setiap unit terhitung, tidak ada yang muncul atau hilang",
  },
  beacon:
    "Setiap benih memuat putaran drand yang belum ada ketika akarnya ditetapkan, dengan tanda tangan jaringannya",
  windows: "kelompok",
  entries: "pendaftaran",
  movements: "pergerakan unit",
  offers: "tawaran",
  mine: "Tempat Anda, dihitung ulang: nomor {place}. {fits}",
  fits: "Sama dengan yang dikatakan server.",
  differs: "Server mengatakan nomor {said}!",
  noEntry: "Masuk di halaman penjualan untuk melihat tempat Anda sendiri dihitung ulang.",
  command: "Tanpa peramban: npm run giliran -- verify {url}",
  failed: "Catatan tidak dapat diunduh. Coba lagi.",
  round: "Gelombang",
};

export type CheckTexts = typeof id;

const en: CheckTexts = {
  title: "Check the draw yourself",
  lead: "This page downloads the public record and recomputes all of it in your browser, with the server's own code.",
  start: "Recompute it now",
  reading: "{n} lines read …",
  good: "It fits. Nothing at all is out of place.",
  bad: "Something does not fit:",
  notYet: "This round is not over; what is there so far was checked.",
  checks: {
    anchor: "Every secret comes from the chain whose anchor was published before the opening",
    root: "The Merkle root of every window fits its entries",
    seed: "Every seed is computed from its secret and root",
    line: "Every offer went to the next in line",
    stock: "Every unit is accounted for; none appeared or vanished",
  },
  beacon:
    "Every seed takes in a round of drand that did not exist when its root was fixed, signed by that network",
  windows: "windows",
  entries: "entries",
  movements: "movements of units",
  offers: "offers",
  mine: "Your place, recomputed: number {place}. {fits}",
  fits: "The same as the server says.",
  differs: "The server says number {said}!",
  noEntry: "Sign in on the sale page to see your own place recomputed.",
  command: "Without a browser: npm run giliran -- verify {url}",
  failed: "The record could not be downloaded. Try again.",
  round: "Round",
};

export const CHECK_TEXTS: Readonly<Record<"id" | "en", CheckTexts>> = { id, en };
