import { isLanguage, languageOfTag, type Language } from "../../src/base/language.ts";

/* Pages are the same for everybody, so the language that a reader chose is kept by her browser alone. */

const YEAR_SECONDS = 31_536_000;

/** The language chosen before; null where none was, or where the browser keeps nothing. */
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
    // Not kept: the address still says it.
  }
}

/**
 * Remembers the language that the address asks for. Where it asks for none and the page came in another one
 * than this reader's (chosen before, or a cache mixed readers up), goes to the address that says it. False then:
 * this page is being left.
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
