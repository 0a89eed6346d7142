import { inLanguage } from "../../src/base/inLanguage.ts";
import type { Language } from "../../src/base/language.ts";
import { ACCOUNT_WORDS } from "../../web/console/account/words.ts";
import { APPEALS_WORDS } from "../../web/console/appeals/words.ts";
import { BATCHES_WORDS } from "../../web/console/batches/words.ts";
import { CASES_WORDS } from "../../web/console/cases/words.ts";
import { COMMON_WORDS } from "../../web/console/ui/words.ts";
import { ENTITLEMENTS_WORDS } from "../../web/console/entitlements/words.ts";
import { FRAME_WORDS } from "../../web/console/frame/words.ts";
import { IMPORTS_WORDS } from "../../web/console/imports/words.ts";
import { KEYS_WORDS } from "../../web/console/keys/words.ts";
import { LIVE_WORDS } from "../../web/console/live/words.ts";
import { LOG_WORDS } from "../../web/console/log/words.ts";
import { OWN_ERROR_WORDS } from "../../web/console/ownError/words.ts";
import { PEOPLE_WORDS } from "../../web/console/people/words.ts";
import { POLICIES_WORDS } from "../../web/console/policies/words.ts";
import { REHEARSAL_WORDS } from "../../web/console/rehearsal/words.ts";
import { SALES_WORDS } from "../../web/console/sales/words.ts";

/** The words of all screens of the console. */
export const CONSOLE_WORDS = {
  ...COMMON_WORDS,
  ...OWN_ERROR_WORDS,
  ...LOG_WORDS,
  ...ACCOUNT_WORDS,
  ...APPEALS_WORDS,
  ...BATCHES_WORDS,
  ...CASES_WORDS,
  ...ENTITLEMENTS_WORDS,
  ...FRAME_WORDS,
  ...IMPORTS_WORDS,
  ...KEYS_WORDS,
  ...LIVE_WORDS,
  ...PEOPLE_WORDS,
  ...POLICIES_WORDS,
  ...REHEARSAL_WORDS,
  ...SALES_WORDS,
};

export const consoleWords = (language: Language) => inLanguage(CONSOLE_WORDS, language);
