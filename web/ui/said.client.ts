/* Texts that come with an answer, in the page's language. */

import type { Text } from "../../src/base/language.ts";
import { translate } from "../../src/base/translate.ts";
import { language, overrides } from "./pageLanguage.client.ts";

/** The text in the page's language. */
export const said = (text: Text): string => translate(text, language, overrides);
