import { FORMATS } from "../../../src/connectors/formats/list.ts";

/** Words of the screens in this folder. Each stands beside its other language. */
export const IMPORTS_WORDS = {
  more: { id: "Tampilkan lagi", en: "Show more" },
  import_: {
    lead: {
      id: "Ekspor pesanan dari Lazada, Shopee, TikTok Shop, Shopify, atau tabel sendiri: siapa di balik pesanan-pesanan ini, dan mengapa.",
      en: "Exports of orders from Lazada, Shopee, TikTok Shop, Shopify or a table of your own: who is behind them, and why.",
    },
    drop: { id: "Serahkan berkas", en: "Hand in a file" },
    dropHere: { id: "Seret berkas ke sini, atau pilih", en: "Drop a file here, or choose one" },
    choose: { id: "Pilih berkas pesanan", en: "Choose a file of orders" },
    kinds: {
      id: "CSV, XLSX atau Parquet, sampai 64 MB dan 300.000 baris. Dikenali dari judul kolomnya.",
      en: "CSV, XLSX or Parquet, up to 64 MB and 300,000 rows. Known by its headers.",
    },
    tooLarge: {
      id: "Berkas ini lebih dari 64 MB. Bagi dua, kompres dengan gzip, atau pakai giliran audit di baris perintah.",
      en: "This file has more than 64 MB. Divide it, compress it with gzip, or use giliran audit on the command line.",
    },
    sendingStarted: { id: "Mengirim berkas…", en: "Sending the file…" },
    sending: { id: "Terkirim {n} %", en: "{n} % sent" },
    cancel: { id: "Batalkan", en: "Cancel" },
    cancelled: {
      id: "Dibatalkan. Hasil yang sudah selesai ada di daftar.",
      en: "Cancelled. What was done by then is in the list.",
    },
    working: {
      id: "Membaca dan memeriksa, paling lama 50 detik…",
      en: "Reading and looking, 50 seconds at most…",
    },
    recognised: {
      id: "{file}: {format}, {n} pesanan, {repeated} baris berulang.",
      en: "{file}: {format}, {n} orders, {repeated} repeated rows.",
    },
    missing: { id: "Tanpa kolom: {list}.", en: "Without the columns: {list}." },
    apart: {
      id: "Tidak dihitung: {cancelled} dibatalkan, {unpaid} belum dibayar, {refunded} sudah dikembalikan uangnya.",
      en: "Standing apart: {cancelled} cancelled, {unpaid} unpaid, {refunded} refunded.",
    },
    howRead: { id: "Cara berkas ini dibaca", en: "How this file was read" },
    doubts: {
      id: "Yang meragukan. Periksa sebelum hasilnya dipakai:",
      en: "What is doubtful. Check it before the result is used:",
    },
    firstRows: { id: "Baris pertama, disamarkan", en: "The first rows, masked" },
    troubles: {
      id: "{n} baris tidak terbaca; yang lain tetap jalan.",
      en: "{n} rows could not be read; the rest goes on.",
    },
    troublesTitle: { id: "Baris yang tidak terbaca", en: "Rows that could not be read" },
    saveTroubles: { id: "Simpan daftar baris ini", en: "Save the list of these rows" },
    row: { id: "Baris", en: "Row" },
    column: { id: "Kolom", en: "Column" },
    start: { id: "Periksa {n} pesanan", en: "Look at {n} orders" },
    done: {
      id: "{name}: {n} kasus ditemukan. Buka hasilnya.",
      en: "{name}: {n} cases found. Open the result.",
    },
    file: { id: "Berkas", en: "File" },
    handedIn: { id: "Diserahkan", en: "Handed in" },
    found: {
      id: "{n} pesanan dari sekitar {people} orang",
      en: "{n} orders of about {people} people",
    },
    decisions: { id: "Unduh decisions.csv", en: "Download decisions.csv" },
    noClaim: {
      id: "Dari berkas ini saja tidak ada batas keliru yang boleh dijanjikan, jadi tidak ada yang otomatis. Paling banyak 0,5 / 1 / 2 % keliru baru terbukti dengan 3.103 / 1.540 / 774 kelompok yang diputuskan petugas tanpa satu kesalahan (giliran audit --decided).",
      en: "From this file alone no error bound can be claimed, so nothing is automatic. At most 0.5 / 1 / 2 % wrong takes 3,103 / 1,540 / 774 clusters that people have decided without an error (giliran audit --decided).",
    },
  },
  /** By the code of a format. */
  formats: Object.fromEntries(FORMATS.map(({ name, title }) => [name, title])),
  noImports: {
    id: "Belum ada berkas. Seret ekspor pesanan ke kotak di atas; contoh kolomnya ada di docs/reference/import.md.",
    en: "No file yet. Drop an export of orders above; docs/reference/import.md has the columns.",
  },
};
