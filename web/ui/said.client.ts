/* Texts that come with an answer, in the page's language. */

import { translate, type Language, type Text } from "../../src/base/language.ts";
import type { Overrides } from "../../src/base/languages/list.ts";
import { pageData } from "./dom.client.ts";

const { language, overrides } = pageData<{
  readonly language: Language;
  readonly overrides?: Overrides;
}>();

/** The text in the page's language. */
export const said = (text: Text): string => translate(text, language, overrides);
