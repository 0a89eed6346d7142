/*
 * A column of numbers, with one decimal mark from its first row to its last. "1.000" is a thousand in Jakarta and
 * one in an export of three decimals: the other cells of the column decide. Must never happen: text with digits in
 * it, such as an address or a phone number, is taken for a number.
 */

export type DecimalMark = "." | ",";

/** Words before and after a number. */
const BEFORE = /^(?:rp\.?|idr|usd|us\$|\$)\s*/i;
const AFTER = /\s*(?:idr|rupiah|pcs?|pieces?|units?|buah|bh|x|,-|\.-)\.?$/i;
/** From so many digits on a number that begins with a zero is a phone number. */
const PHONE_DIGITS = 7;

/** A number's text, taken apart; null for a text that is none, or more than one. */
interface Shape {
  readonly negative: boolean;
  /** Digits and marks only. */
  readonly text: string;
  /** The mark that can only be the decimal one, by this cell alone; "none" without fraction or groups. */
  readonly decimal: DecimalMark | "open" | "none";
}

export function shapeOf(cell: string): Shape | null {
  if (/^\d+$/.test(cell)) {
    const isPhone = cell.startsWith("0") && cell.length >= PHONE_DIGITS;
    return isPhone ? null : { negative: false, text: cell, decimal: "none" };
  }
  const bare = cell.replace(BEFORE, "").replace(AFTER, "").replace(BEFORE, "");
  const negative = bare.startsWith("-");
  const digits = bare.replace(/^[-+]/, "");
  // 1 899 000 and 1'899'000: groups of three, and nothing else, or there are two numbers in one cell.
  const joined = /^\d{1,3}(?:[ '\u00a0\u202f’]\d{3})+(?:[.,]\d*)?$/.test(digits)
    ? digits.replace(/[ '\u00a0\u202f’]/g, "")
    : digits;
  if (!/^\d[\d.,]*$/.test(joined)) return null;
  const decimal = decimalOf(joined);
  return decimal === null ? null : { negative, text: joined, decimal };
}

/** Which mark is the decimal one by this text alone; null for a text whose groups are no groups of thousands. */
function decimalOf(text: string): Shape["decimal"] | null {
  const dots = text.split(".").length - 1;
  const commas = text.split(",").length - 1;
  if (dots === 0 && commas === 0) return "none";
  if (dots > 0 && commas > 0) {
    const last: DecimalMark = text.lastIndexOf(".") > text.lastIndexOf(",") ? "." : ",";
    const groups = last === "." ? /^\d{1,3}(?:,\d{2,3})*,\d{3}\.\d*$/ : /^\d{1,3}(?:\.\d{3})+,\d*$/;
    return groups.test(text) ? last : null;
  }
  const mark: DecimalMark = dots > 0 ? "." : ",";
  if (dots + commas > 1) {
    const groups = mark === "." ? /^\d{1,3}(?:\.\d{3})+$/ : /^\d{1,3}(?:,\d{3})+$/;
    return groups.test(text) ? (mark === "." ? "," : ".") : null;
  }
  const [whole = "", fraction = ""] = text.split(mark);
  if (fraction.length !== 3 || whole.length > 3 || whole.startsWith("0")) return mark;
  return "open";
}

function valueOf({ negative, text, decimal }: Shape, assumed: DecimalMark): number {
  if (decimal === "none") return negative ? -Number(text) : Number(text);
  const mark = decimal === "open" ? assumed : decimal;
  const plain =
    mark === "." ? text.replaceAll(",", "") : text.replaceAll(".", "").replace(",", ".");
  return negative ? -Number(plain) : Number(plain);
}

/** The reading of a whole column of numbers. */
export interface NumberReading {
  readonly decimal: DecimalMark;
  /** Cells that settle it, for a dot and for a comma. */
  readonly dots: number;
  readonly commas: number;
  /** Cells that would be another number with another decimal mark. */
  readonly open: number;
  /** The first row with each decimal mark. */
  readonly firstDot: number | null;
  readonly firstComma: number | null;
}

/** In Indonesia dots part thousands. */
export const USUAL_DECIMAL: DecimalMark = ",";

export class NumberColumn {
  readonly #assumed: DecimalMark;
  /** Whether thousands are out of the question: units of one order. */
  readonly #small: boolean;
  #dots = 0;
  #commas = 0;
  #firstDot: number | null = null;
  #firstComma: number | null = null;
  /** Open cells with a dot, with a comma, and those whose last three digits are zeros. */
  #openDots = 0;
  #openCommas = 0;
  #openZeros = 0;

  constructor(assumed: DecimalMark, { small = false } = {}) {
    this.#assumed = assumed;
    this.#small = small;
  }

  /** The number of a cell by the decimal mark assumed so far; NaN when it is none. */
  read(cell: string, row: number): number {
    // One digit, as the units of nearly all orders are.
    if (cell.length === 1 && cell >= "0" && cell <= "9") return cell.charCodeAt(0) - 48;
    const shape = shapeOf(cell);
    if (shape === null) return Number.NaN;
    if (shape.decimal === ".") {
      this.#dots++;
      this.#firstDot ??= row;
    } else if (shape.decimal === ",") {
      this.#commas++;
      this.#firstComma ??= row;
    } else if (shape.decimal === "open") {
      if (shape.text.includes(".")) this.#openDots++;
      else this.#openCommas++;
      if (shape.text.endsWith("000")) this.#openZeros++;
    }
    return valueOf(shape, this.#assumed);
  }

  /** The reading that all cells so far give together. `beside` decides where they leave it open: another column's reading. */
  reading(beside: NumberReading | null = null): NumberReading {
    const open = this.#openDots + this.#openCommas;
    const counted = {
      dots: this.#dots,
      commas: this.#commas,
      open,
      firstDot: this.#firstDot,
      firstComma: this.#firstComma,
    };
    return { decimal: this.#decimal(beside, open), ...counted };
  }

  #decimal(beside: NumberReading | null, open: number): DecimalMark {
    if (this.#dots !== this.#commas) return this.#dots > this.#commas ? "." : ",";
    // Nobody orders thousands: "1.000" on every row is one, with three decimals.
    if (this.#small && open > 0 && this.#openZeros === open)
      return this.#openDots >= this.#openCommas ? "." : ",";
    if (beside !== null && beside.dots !== beside.commas) return beside.decimal;
    if (open === 0) return USUAL_DECIMAL;
    return this.#openDots >= this.#openCommas ? "," : ".";
  }
}

/** Whether the cells of a column speak against each other. */
export const hasBothMarks = ({ dots, commas }: NumberReading): boolean => dots > 0 && commas > 0;
