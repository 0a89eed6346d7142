/* Plain letters take a shorter way: nearly all texts have no others. */

/** Whether a text is in one form already, whatever Unicode says: most of a million are, and telling is cheap. */
export function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 127) return false;
  return true;
}
