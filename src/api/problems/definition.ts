/* The form of a refusal's definition. */

import type { Text } from "../../base/language.ts";

/** A refusal as docs and screens word it. */
export interface ProblemDefinition {
  readonly status: number;
  /** For people: what happened, what was kept, what to do next. */
  readonly title: Text;
}

export const problem = (status: number, id: string, en: string): ProblemDefinition => ({
  status,
  title: { id, en },
});
