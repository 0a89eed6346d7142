/** An instant (ms since 1970 UTC) in the API's format: "2021-01-26T03:00:00.000Z". */
export const iso = (ms: number): string => new Date(ms).toISOString();

export const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));
