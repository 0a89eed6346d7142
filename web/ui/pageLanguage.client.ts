/* The language of the page that a script runs on. */

import type { Language } from "../../src/base/language.ts";
import type { Overrides } from "../../src/base/languages/list.ts";
import { pageData } from "./dom.client.ts";

/** It never changes without a new page. A third language comes with its own texts. */
export const { language, overrides } = pageData<{
  readonly language: Language;
  readonly overrides?: Overrides;
}>();
