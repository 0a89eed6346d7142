/** Marks a cell as text if a spreadsheet would run it as a formula. */
export const plainCell = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
