/*
 * Long numbers that a spreadsheet has damaged, told from the cells that are left. Must never happen: a number that has lost
 * its digits is read as if it were whole, and strangers share it.
 */

/** 6.28123E+12: what is left of a number in a narrow cell, or of one with sixteen digits. */
const SHORTENED = /^[-+]?\d(?:[.,]\d+)?e\+?\d{1,3}$/i;
const SPREADSHEET_ERROR = /^#(?:N\/A|REF!|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!|#+)$/i;

/** Digits that a spreadsheet keeps of a number. */
export const KEPT_DIGITS = 15;
/** A phone number that ends in so many zeros was shortened and written out again. */
const PHONE_ZEROS = /^\+?\d{5,9}0{6,}$/;

export function isShortened(text: string): boolean {
  // Only few cells have a plus or an E there: the rest is not looked at any closer.
  const { length } = text;
  if (length < 4 || length > 24) return false;
  const hasPlus = text.charCodeAt(length - 3) === 43 || text.charCodeAt(length - 4) === 43;
  if (!hasPlus && !/^\d[.,]\d+e/i.test(text)) return false;
  return SHORTENED.test(text);
}

/** #N/A, #REF!, ####: what a spreadsheet writes where it has no value. */
export const isSpreadsheetError = (text: string): boolean =>
  text.charCodeAt(0) === 35 && SPREADSHEET_ERROR.test(text);

/** The number of a text such as "6281234567890.0", which a program made of a number; null for any other text. */
export function withoutDotZero(text: string): string | null {
  const { length } = text;
  if (text.charCodeAt(length - 1) !== 48) return null;
  if (text.charCodeAt(length - 2) !== 46 && text.charCodeAt(length - 3) !== 46) return null;
  return /^(\d+)\.0+$/.exec(text)?.[1] ?? null;
}

/** How sure it must be that long ids end in zeros by a spreadsheet's doing, and not by chance. */
const CHANCE = 1e-4;

/** The reading of a column of ids. */
export interface IdReading {
  /** Whether ids of more than 15 digits with zeros at their end were rounded. */
  readonly rounded: boolean;
  readonly shortened: number;
  readonly dotZero: number;
  readonly roundedCount: number;
  readonly errors: number;
  /** Cells with two numbers. */
  readonly several: number;
  readonly firstLost: number | null;
  readonly firstDotZero: number | null;
  readonly firstSeveral: number | null;
}

/** A column of numbers that are names: ids, phones, devices, payments. */
export class IdColumn {
  readonly #assumedRounded: boolean;
  readonly #isPhone: boolean;
  #shortened = 0;
  #dotZero = 0;
  #errors = 0;
  #long = 0;
  #zeros = 0;
  /** Zeros that chance alone gives. */
  #expected = 0;
  #several = 0;
  #firstLost: number | null = null;
  #firstDotZero: number | null = null;
  #firstZeros: number | null = null;
  #firstSeveral: number | null = null;

  constructor(assumedRounded: boolean, { isPhone = false } = {}) {
    this.#assumedRounded = assumedRounded;
    this.#isPhone = isPhone;
  }

  /** The cell's value; null where a spreadsheet has damaged it. */
  read(text: string, row: number): string | null {
    if (text === "") return text;
    if (isShortened(text)) return this.#lost("shortened", row);
    if (isSpreadsheetError(text)) return this.#lost("error", row);
    const whole = withoutDotZero(text);
    if (whole !== null) {
      // A program's number has 15 digits, too.
      if (whole.length > KEPT_DIGITS) return this.#lost("shortened", row);
      this.#dotZero++;
      this.#firstDotZero ??= row;
      return whole;
    }
    if (this.#isPhone) return PHONE_ZEROS.test(text) ? this.#lost("shortened", row) : text;
    if (text.length > KEPT_DIGITS && text.length <= 40 && /^\d+$/.test(text)) {
      this.#long++;
      this.#expected += 10 ** (KEPT_DIGITS - text.length);
      if (/^\d{15}0+$/.test(text)) {
        this.#zeros++;
        this.#firstZeros ??= row;
        if (this.#assumedRounded) return null;
      }
    }
    return text;
  }

  /** Notes a cell with several numbers, of which the first is taken. */
  several(row: number): void {
    this.#several++;
    this.#firstSeveral ??= row;
  }

  reading(): IdReading {
    const rounded =
      this.#zeros > 0 && poissonTail({ count: this.#zeros, expected: this.#expected }) < CHANCE;
    return {
      rounded,
      shortened: this.#shortened,
      dotZero: this.#dotZero,
      roundedCount: rounded ? this.#zeros : 0,
      errors: this.#errors,
      several: this.#several,
      firstLost: this.#firstLost ?? (rounded ? this.#firstZeros : null),
      firstDotZero: this.#firstDotZero,
      firstSeveral: this.#firstSeveral,
    };
  }

  #lost(how: "shortened" | "error", row: number): null {
    if (how === "error") this.#errors++;
    else this.#shortened++;
    this.#firstLost ??= row;
    return null;
  }
}

/** The chance of at least `count` where `expected` are usual, bounded from above (Chernoff). */
function poissonTail({
  count,
  expected,
}: {
  readonly count: number;
  readonly expected: number;
}): number {
  if (count <= expected) return 1;
  return Math.exp(count - expected) * (expected / count) ** count;
}
