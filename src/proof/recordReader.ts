/*
 * Reads record lines from bytes, for the command line and the browser alike. Ambiguous JSON (a
 * repeated name, another spelling of a number) is refused: another reader might read it
 * differently.
 */

import type { RecordLine } from "./record.ts";
import type { Verifier } from "./verify.ts";

/** Longer than any announcement; a file that is no record may have no line break at all. */
const LONGEST_LINE = 4 * 1024 * 1024;

/** Splits bytes into a record's lines and passes them to a verifier. */
export class RecordReader {
  readonly #verifier: Verifier;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #rest = "";
  #lineNo = 0;
  /** The input is no text, or has no lines: nothing more is read. */
  #broken = false;

  constructor(verifier: Verifier) {
    this.#verifier = verifier;
  }

  /** Lines so far. */
  get lineCount(): number {
    return this.#lineNo;
  }

  /** Takes more bytes; returns the lines that they complete. */
  take(bytes: Uint8Array): RecordLine[] {
    return this.#takeText(() => this.#decoder.decode(bytes, { stream: true }), false);
  }

  /** The end of the input; returns the last line if it has no line break. */
  end(): RecordLine[] {
    return this.#takeText(() => this.#decoder.decode(), true);
  }

  #takeText(decode: () => string, last: boolean): RecordLine[] {
    if (this.#broken) return [];
    let more: string;
    try {
      more = decode();
    } catch {
      return this.#break("is not UTF-8");
    }
    const texts = (this.#rest + more).split("\n");
    this.#rest = texts.pop() ?? "";
    if (last && this.#rest !== "") texts.push(this.#rest);
    const lines = texts.flatMap((text) => this.#line(text));
    return this.#rest.length > LONGEST_LINE ? this.#break("is too long") : lines;
  }

  #break(why: string): [] {
    this.#broken = true;
    this.#verifier.unreadable(why, this.#lineNo + 1);
    return [];
  }

  #line(text: string): RecordLine[] {
    const lineNo = ++this.#lineNo;
    const value = parsed(text);
    // A repeated name, or a number in another spelling: another reader may read it differently.
    if (value !== undefined && JSON.stringify(value) !== text) {
      this.#verifier.unreadable("is not written as a line of a record is", lineNo);
    }
    try {
      return this.#verifier.add(value) ? [value as RecordLine] : [];
    } catch (error) {
      // An impossible announcement, such as rounds that are numbers.
      this.#verifier.unreadable(`cannot be checked: ${(error as Error).message}`, lineNo);
      return [];
    }
  }
}

/** The parsed JSON; undefined if malformed. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
