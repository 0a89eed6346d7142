/* Texts that come with an answer, in the page's language. */

import type { Language, Text } from "../../src/base/language.ts";
import type { Overrides } from "../../src/base/languages/list.ts";
import { translate } from "../../src/base/translate.ts";
import { pageData } from "./dom.client.ts";

const { language, overrides } = pageData<{
  readonly language: Language;
  readonly overrides?: Overrides;
}>();

/** The text in the page's language. */
export const said = (text: Text): string => translate(text, language, overrides);
