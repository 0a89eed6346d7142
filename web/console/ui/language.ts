/* The console's language. */

import type { Language } from "../../../src/base/language.ts";
import type { Overrides } from "../../../src/base/languages/list.ts";
import { pageData } from "../../ui/dom.client.ts";

/**
 * The page's language; it never changes without a new page. A third language comes with its own
 * texts.
 */
export const { language, overrides } = pageData<{
  language: Language;
  overrides?: Overrides;
}>();
