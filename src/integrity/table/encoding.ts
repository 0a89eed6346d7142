/* In which letters a text file is written, told by its bytes. */

/** "utf-8 with faults": most of its letters are UTF-8, and a few bytes are none. */
export type Encoding = "utf-8" | "utf-8 with faults" | "utf-16le" | "utf-16be" | "windows-1252";

/** Of Latin text in UTF-16 every other byte is zero, or nearly. */
const ZERO_SHARE = 0.3;

/** The encoding by the first bytes; null for bytes that are no text. Text in UTF-8 may turn out to be none later on. */
export function encodingOf(head: Buffer): Encoding | null {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const zeros = [0, 0];
  for (let at = 0; at < head.length; at++)
    if (head[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (even + odd === 0) return "utf-8";
  const half = head.length / 2;
  const wide =
    odd > half * ZERO_SHARE && even < odd / 4
      ? "utf-16le"
      : even > half * ZERO_SHARE && odd < even / 4
        ? "utf-16be"
        : null;
  return wide !== null && isLetters(new TextDecoder(wide).decode(head)) ? wide : null;
}

/** Text has no control characters but those that part its cells and rows. */
function isLetters(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 32 && code !== 9 && code !== 10 && code !== 13) return false;
  }
  return true;
}

/** How many bytes at the start are whole letters of UTF-8: the rest belongs to the bytes that follow. */
export function wholeLetters(bytes: Buffer): number {
  const { length } = bytes;
  for (let back = 1; back <= Math.min(3, length); back++) {
    const byte = bytes[length - back] ?? 0;
    if (byte < 0x80) return length;
    if (byte < 0xc0) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return needed > back ? length - back : length;
  }
  return length;
}

/** Counts letters of several bytes that are UTF-8, and bytes that cannot be. */
export class LetterCount {
  letters = 0;
  faults = 0;

  add(text: string): void {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 0xfffd) this.faults++;
      else if (code > 127) this.letters++;
    }
  }

  /** A few faults among letters of UTF-8 are faults; without such letters the file is written in another way. */
  encoding(): Encoding {
    if (this.faults === 0) return "utf-8";
    return this.letters > this.faults ? "utf-8 with faults" : "windows-1252";
  }
}
