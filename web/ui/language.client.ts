/*
 * The language a reader chose, kept by her browser. Shared pages ignore it on the server, as they
 * are the same for everybody; the script goes to the address of that language.
 */

import { isLanguage, languageOfTag, type Language } from "../../src/base/language.ts";

const YEAR_SECONDS = 31_536_000;

/** The language chosen before; null if none, or if storage is disabled. */
function chosenLanguage(): Language | null {
  try {
    const chosen = /(?:^|; )lang=(\w+)/.exec(document.cookie)?.[1];
    return isLanguage(chosen) ? chosen : null;
  } catch {
    return null;
  }
}

function remember(language: Language): void {
  const secure = location.protocol === "https:" ? "; secure" : "";
  try {
    document.cookie = `lang=${language}; path=/; max-age=${YEAR_SECONDS}; samesite=lax${secure}`;
  } catch {
    // Not stored; the address still says the language.
  }
}

/**
 * Stores the address's language. If the address names none and the page came in another language
 * than the chosen one, goes to the address with that language and returns false, as this page is
 * being left.
 */
export function keepLanguage(): boolean {
  const address = new URL(location.href);
  const asked = address.searchParams.get("lang");
  if (isLanguage(asked)) {
    remember(asked);
    return true;
  }
  const wanted = chosenLanguage() ?? languageOfTag(navigator.language);
  if (wanted === document.documentElement.lang) return true;
  address.searchParams.set("lang", wanted);
  location.replace(address);
  return false;
}
