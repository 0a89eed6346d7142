/* Words about how a file was read, what is doubtful about that, and why a row could not be taken. */

import type { Text } from "../../base/language.ts";
import type { DateOrder } from "../normalise/time.ts";
import type { Note } from "./fileColumns.ts";

/** Why a row is not taken. */
export const FAULT_WORDS = {
  notA: {
    id: 'berbentuk "{shape}", bukan {kind}',
    en: 'looks like "{shape}", which is not a {kind}',
  },
  moment: { id: "tanggal dan jam", en: "date and time" },
  units: { id: "jumlah unit", en: "number of units" },
  shortened: {
    id: "dipendekkan oleh lembar kerja dan kehilangan angkanya; ekspor ulang, jangan simpan dari lembar kerja",
    en: "was shortened by a spreadsheet and has lost its digits; export it again, and do not save it from a spreadsheet",
  },
  spreadsheetError: {
    id: "memuat galat lembar kerja, bukan nomor pesanan",
    en: "holds an error of a spreadsheet, not an order id",
  },
  empty: { id: "kosong", en: "is empty" },
  shifted: {
    id: "beberapa sel tidak cocok dengan kolomnya: baris ini tampaknya bergeser",
    en: "several cells do not fit their columns: this row seems to have shifted",
  },
  twoDates: {
    id: "bisa berarti dua tanggal, dan sel lain di kolom ini saling bertentangan",
    en: "could be two dates, and the other cells of this column speak against each other",
  },
  year: {
    id: "memuat tahun {year}, padahal tidak mungkin ada pesanan di tahun itu",
    en: "has the year {year}, in which nobody can have ordered",
  },
  tooWide: {
    id: "punya {cells} sel di bawah {headers} judul kolom; ada tanda pemisah di dalam sel tanpa tanda kutip?",
    en: "has {cells} cells under {headers} headers; a separator in a cell without quotation marks?",
  },
  cutOff: {
    id: "punya {cells} sel di bawah {headers} judul kolom; baris ini terpotong?",
    en: "has {cells} cells under {headers} headers; was the row cut off?",
  },
  conflict: {
    id: "nomor pesanan ini sudah ada di baris {row}, dan kedua baris berbeda di kolom {column}; hanya yang pertama dihitung",
    en: "this order id is there already, in row {row}, and the two rows differ in {column}; only the first counts",
  },
  conflictElsewhere: {
    id: "nomor pesanan ini sudah ada, di berkas lain atau dengan status lain, dan kedua baris berbeda di kolom {column}; hanya yang pertama dihitung",
    en: "this order id is there already, in another file or with another status, and the two rows differ in {column}; only the first counts",
  },
} as const satisfies Record<string, Text>;

/** Why an order of a file counts for nothing. */
export const APART_WORDS = {
  cancelled: {
    id: "pesanan ini dibatalkan, jadi tidak dihitung",
    en: "this order was cancelled, so it counts for nothing",
  },
  unpaid: {
    id: "pesanan ini tidak dibayar, jadi tidak dihitung",
    en: "this order was never paid, so it counts for nothing",
  },
  refunded: {
    id: "uang pesanan ini sudah dikembalikan, jadi tidak dihitung",
    en: "this order was refunded, so it counts for nothing",
  },
} as const satisfies Record<string, Text>;

export const ORDER_WORDS: Readonly<Record<DateOrder, Text>> = {
  dmy: { id: "hari dulu, lalu bulan", en: "day first, then month" },
  mdy: { id: "bulan dulu, lalu hari", en: "month first, then day" },
  ymd: { id: "tahun, bulan, hari", en: "year, month, day" },
  ydm: { id: "tahun, hari, bulan", en: "year, day, month" },
};

export const DELIMITER_WORDS: Readonly<Record<string, Text>> = {
  ",": { id: "koma", en: "commas" },
  ";": { id: "titik koma", en: "semicolons" },
  "\t": { id: "tab", en: "tabs" },
  "|": { id: "garis tegak", en: "pipes" },
};

/** How a file was read. */
export const READING_WORDS = {
  row: { id: "1 baris (baris {row})", en: "1 row (row {row})" },
  rows: { id: "{n} baris (mulai baris {row})", en: "{n} rows (from row {row} on)" },
  text: {
    id: "Teks {encoding}, sel dipisah {delimiter}.",
    en: "Text in {encoding}, cells parted by {delimiter}.",
  },
  sheets: { id: "Lembar yang dibaca: {list}.", en: "Sheets that were read: {list}." },
  otherSheets: {
    id: "Lembar tanpa judul kolom yang dikenal, tidak dibaca: {list}.",
    en: "Sheets without known headers, not read: {list}.",
  },
  order: { id: "{column}: {order} ({n} sel).", en: "{column}: {order} ({n} cells)." },
  orderTwoDigits: {
    id: "{column}: {order}; dua angka tahun dibaca 20xx ({n} sel).",
    en: "{column}: {order}; years of two digits are 20yy ({n} cells).",
  },
  or: { id: " atau ", en: " or " },
  numbers: {
    id: "{column}: {n} sel berupa angka, dibaca sebagai waktu.",
    en: "{column}: {n} cells are numbers, read as times.",
  },
  words: {
    id: "{column}: {n} sel menulis bulan dengan kata.",
    en: "{column}: {n} cells have the month as a word.",
  },
  decimalDot: {
    id: "{column}: tanda desimal titik.",
    en: "{column}: the decimal mark is a dot.",
  },
  decimalComma: {
    id: "{column}: tanda desimal koma.",
    en: "{column}: the decimal mark is a comma.",
  },
  articles: {
    id: "Unit yang dihitung: {list}.",
    en: "Units that count: {list}.",
  },
  besideArticles: {
    id: "Dalam pesanan yang sama, tidak dihitung: {list}.",
    en: "In the same orders, not counted: {list}.",
  },
} as const satisfies Record<string, Text>;

/** Doubts about a reading. */
export const DOUBT_WORDS = {
  notUtf8: {
    id: "Teks ini bukan UTF-8; dibaca sebagai Windows-1252. Lihat apakah nama dengan huruf khusus sudah benar.",
    en: "This text is not UTF-8; it is read as Windows-1252. See whether names with accents are right.",
  },
  faultyUtf8: {
    id: "Beberapa huruf bukan UTF-8 dan diganti dengan tanda �.",
    en: "A few letters are not UTF-8 and were replaced by �.",
  },
  openOrder: {
    id: "{column}: tidak ada sel yang memastikan urutan hari dan bulan; dibaca {order} ({n} dari {all} sel bisa berarti tanggal lain). Kalau itu salah, tulis {put} di peta kolom.",
    en: "{column}: no cell settles the order of day and month; read {order} ({n} of {all} cells could be another date). If that is wrong, put {put} into the column map.",
  },
  against: {
    id: "{column}: dibaca {order} karena kebanyakan sel, tetapi {rows} hanya bisa dibaca lain. Apakah dua berkas digabung?",
    en: "{column}: read {order} by most cells, but {rows} can only be read otherwise. Were two files put together?",
  },
  severalForms: {
    id: "{column}: tanggal ditulis dengan {n} cara. Lembar kerja mungkin telah mengubah sebagian, dan di situ hari dan bulan bisa tertukar.",
    en: "{column}: dates are written in {n} ways. A spreadsheet may have changed some, with day and month exchanged.",
  },
  strayYear: {
    id: "{column}: baris {row} memuat tahun {year}, jauh dari baris lainnya.",
    en: "{column}: row {row} has the year {year}, far from the other rows.",
  },
  bothMarks: {
    id: "{column}: {dots} dengan titik desimal dan {commas} dengan koma desimal.",
    en: "{column}: {dots} with a decimal dot, and {commas} with a decimal comma.",
  },
  openUnitsDot: {
    id: '{column}: "1.000" bisa berarti satu atau seribu; dibaca dengan titik desimal ({n} sel).',
    en: '{column}: "1.000" can be one or a thousand; read with a decimal dot ({n} cells).',
  },
  openUnitsComma: {
    id: '{column}: "1,000" bisa berarti satu atau seribu; dibaca dengan koma desimal ({n} sel).',
    en: '{column}: "1,000" can be one or a thousand; read with a decimal comma ({n} cells).',
  },
  shortened: {
    id: "{column}: {rows} berisi angka yang dipendekkan atau dibulatkan lembar kerja (seperti 6,28E+12); dianggap tidak diisi.",
    en: "{column}: {rows} with a number that a spreadsheet has shortened or rounded (such as 6.28E+12); taken as not given.",
  },
  dotZero: {
    id: '{column}: {rows} berakhiran ".0", tanda bahwa nomor sempat dijadikan angka; dibaca tanpa itu. Nol di depan mungkin hilang.',
    en: '{column}: {rows} with ".0" at the end, so an id was made a number; read without it. Zeros in front may be lost.',
  },
  several: {
    id: "{column}: {rows} berisi dua nomor dalam satu sel; nomor pertama yang dibaca.",
    en: "{column}: {rows} with two numbers in one cell; the first is read.",
  },
  nearHeader: {
    id: 'Kolom "{header}" tidak dibaca; maksudnya {column}? Beri judul "{meant}", atau tulis "{column}": "{header}" ke dalam "columns" di peta kolom.',
    en: 'Column "{header}" is not read; did you mean {column}? Call it "{meant}", or put "{column}": "{header}" into "columns" of a column map.',
  },
  noLinkColumn: {
    id: 'Peta kolom menyebut kolom "{header}" untuk "{name}", tetapi berkas ini tidak punya kolom itu.{nearest}',
    en: 'The column map names the column "{header}" for "{name}", and this file has none of that name.{nearest}',
  },
  nearest: { id: " Yang paling mirip: {list}.", en: " Nearest: {list}." },
  twice: {
    id: 'Judul kolom "{header}" ada dua kali; yang pertama dibaca.',
    en: 'The header "{header}" stands twice; the first is read.',
  },
} as const satisfies Record<string, Text>;

/** Cells that are left out or taken in part. */
export const NOTE_WORDS: Readonly<Record<Note, Text>> = {
  phoneWithLetters: {
    id: "{column}: {rows} berisi kata, bukan nomor; dianggap tidak diisi.",
    en: "{column}: {rows} with words, not a number; taken as not given.",
  },
  priceUnreadable: {
    id: "{column}: {rows} tidak berisi satu angka; dianggap tidak diisi.",
    en: "{column}: {rows} without one number; taken as not given.",
  },
  createdUnknown: {
    id: "{column}: {rows} tanpa tanggal nyata (0000-00-00 atau 1970); dianggap tidak diisi.",
    en: "{column}: {rows} without a real date (0000-00-00 or 1970); taken as not given.",
  },
  addressList: {
    id: "{column}: {rows} berisi beberapa alamat; yang pertama yang bukan milik proksi dibaca.",
    en: "{column}: {rows} with several addresses; the first that is not a proxy's own is read.",
  },
  ipUnreadable: {
    id: "{column}: {rows} tidak berisi alamat jaringan; dianggap tidak diisi.",
    en: "{column}: {rows} without a network address; taken as not given.",
  },
};
