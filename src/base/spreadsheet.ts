/** A cell that a spreadsheet would run as a formula is told to be text. */
export const plainCell = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
