import type { RecordLine } from "./record.ts";
import type { Verifier } from "./verify.ts";

/** Longer than any announcement; a file that is no record may have no line break at all. */
const LONGEST_LINE = 4 * 1024 * 1024;

/** Cuts bytes into a record's lines and hands them to a verifier: the same for the command line and a browser. */
export class RecordReader {
  readonly #verifier: Verifier;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #rest = "";
  #lineNo = 0;
  /** What comes is no text, or has no lines: nothing more is read. */
  #broken = false;

  constructor(verifier: Verifier) {
    this.#verifier = verifier;
  }

  /** Lines so far. */
  get lineCount(): number {
    return this.#lineNo;
  }

  /** Takes the next bytes; returns the lines that they complete. */
  take(bytes: Uint8Array): RecordLine[] {
    return this.#takeText(() => this.#decoder.decode(bytes, { stream: true }), false);
  }

  /** No more bytes come; returns the last line where it has no line break. */
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
    // A name that is there twice, or a number written in another way: another reader may read something else.
    if (value !== undefined && JSON.stringify(value) !== text) {
      this.#verifier.unreadable("is not written as a line of a record is", lineNo);
    }
    try {
      return this.#verifier.add(value) ? [value as RecordLine] : [];
    } catch (error) {
      // An announcement of a form that no sale has, such as rounds that are numbers.
      this.#verifier.unreadable(`cannot be checked: ${(error as Error).message}`, lineNo);
      return [];
    }
  }
}

/** The value of a text in JSON; undefined when it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
