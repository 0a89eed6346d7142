import type { Language } from "../../../src/base/language.ts";
import type { Overrides } from "../../../src/base/languages/list.ts";
import { pageData } from "../../ui/dom.client.ts";

/** The reader's language: the page's, and it does not change. A third language comes with its own texts. */
export const { language, overrides } = pageData<{
  language: Language;
  overrides?: Overrides;
}>();
