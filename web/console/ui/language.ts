import type { Language } from "../../../src/base/language.ts";
import { pageData } from "../../ui/dom.client.ts";

/** The reader's language: the page's, and it does not change. */
export const { language } = pageData<{ language: Language }>();
