/* Names as they are written down in this folder. */

/** The names of a text, parted by commas and ends of lines. */
export const list = (text: string): readonly string[] => text.trim().split(/\s*[,\n]\s*/);
