/* Languages outside the sources. Only servers load this file. */

import type { LANGUAGES, Overrides } from "./list.ts";

/** The translations of each such language. */
export const OVERRIDES: Readonly<Partial<Record<keyof typeof LANGUAGES, Overrides>>> = {};
