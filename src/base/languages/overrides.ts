import type { LANGUAGES, Overrides } from "./list.ts";

/** The file of each language that is not written in the sources. Only servers load it. */
export const OVERRIDES: Readonly<Partial<Record<keyof typeof LANGUAGES, Overrides>>> = {};
