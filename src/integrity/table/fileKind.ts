/* The kind of a file, told by its first bytes and never by its name; and advice for one that is no table. */

/** Files that are read, each in its own way. */
export type FileKind = "text" | "zip" | "parquet" | "gzip";

/** A kind that is not read, as a sentence after the file's name. */
interface NotRead {
  readonly sentence: string;
}

const AGAIN = "Export the orders again as CSV or XLSX.";
const MARKS: readonly (readonly [bytes: string, sentence: string])[] = [
  ["25504446", `this is a PDF, which has no cells. ${AGAIN}`],
  ["52617221", "this is a RAR archive. Unpack it and hand in the file that it holds."],
  ["377abcaf271c", "this is a 7-Zip archive. Unpack it and hand in the file that it holds."],
  ["504b0506", "this is an empty ZIP archive."],
];
const COMPOUND = "d0cf11e0";
const OLD_EXCEL =
  `this is an old Excel workbook (.xls), which is not read. ${AGAIN} If there is no other export, open it and save it as ` +
  "XLSX, and look whether long numbers are still whole.";
const LOCKED =
  "this workbook is protected by a password, so its cells cannot be read. Save it without a password.";
/** BIFF records of workbooks older than 1997, without a compound file around them. */
const BIFF = /^(?:0904060000001000|0902060000001000|0900040000001000)/;

/** The kind of a file by its first bytes; of one that is not read, the sentence. */
export function kindOf(head: Buffer): FileKind | NotRead {
  const hex = head.subarray(0, 8).toString("hex");
  if (hex.startsWith("504b0304")) return "zip";
  if (hex.startsWith("50415231")) return "parquet";
  if (hex.startsWith("1f8b")) return "gzip";
  const known = MARKS.find(([bytes]) => hex.startsWith(bytes));
  if (known) return { sentence: known[1] };
  if (BIFF.test(hex)) return { sentence: OLD_EXCEL };
  if (hex.startsWith(COMPOUND))
    return { sentence: head.toString("utf16le").includes("EncryptedPackage") ? LOCKED : OLD_EXCEL };
  return textKind(head);
}

function textKind(head: Buffer): FileKind | NotRead {
  const isWide = /^(?:fffe|feff)/.test(head.subarray(0, 2).toString("hex"));
  const start = (isWide ? head.toString("utf16le") : head.toString("latin1")).slice(0, 4_096);
  const begins = start
    .replace(/^(?:\u00ef\u00bb\u00bf|\ufeff)/, "")
    .trimStart()
    .toLowerCase();
  if (/^<\?xml[^>]*>[\s\S]*urn:schemas-microsoft-com:office:spreadsheet/.test(begins))
    return { sentence: `this is an Excel workbook as XML (2003), which is not read. ${AGAIN}` };
  if (
    /^(?:<!--[\s\S]*?-->\s*)?<(?:!doctype html|html|head|meta|body|table|div|style)/.test(begins) ||
    /^<\?xml[^>]*>\s*(?:<!doctype html|<html)/.test(begins)
  ) {
    const sentence =
      "this is a web page (HTML), as some shops call it .xls or a sign-in page that was saved in the file's place. " +
      AGAIN;
    return { sentence };
  }
  if (begins.startsWith("<?xml")) return { sentence: `this is XML, which is not read. ${AGAIN}` };
  if (/^[[{]\s*["{[]/.test(begins))
    return { sentence: `this is JSON, which is not read. ${AGAIN}` };
  return "text";
}

/** Why a ZIP archive with these entries is no XLSX workbook; null where it is one. */
export function notAWorkbook(entries: readonly string[]): string | null {
  if (entries.includes("xl/workbook.bin"))
    return `this is a binary Excel workbook (.xlsb), which is not read. ${AGAIN}`;
  if (entries.some((name) => name.startsWith("xl/")) || entries.length === 0) return null;
  if (entries.includes("content.xml") && entries.includes("mimetype"))
    return `this is a LibreOffice document (.ods), which is not read. ${AGAIN}`;
  if (entries.includes("word/document.xml"))
    return `this is a Word document, which has no cells. ${AGAIN}`;
  const files = entries.filter((name) => !name.endsWith("/"));
  return (
    `this is a ZIP archive with ${files.length === 1 ? "one file" : `${files.length} files`}. ` +
    "Unpack it and hand in each file that it holds."
  );
}
