/*
 * The model of a phone and the family of its browser or app, by what it says of itself: "redmi 6a chrome". Versions are
 * left out, since one phone has several in a month, and so is all else that such a text may carry.
 */

const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/SamsungBrowser\//, "samsung"],
  [/(?:Edg|EdgA|EdgiOS|Edge)\//, "edge"],
  [/(?:OPR|Opera)\//, "opera"],
  [/(?:Firefox|FxiOS)\//, "firefox"],
  [/(?:Chrome|CriOS)\//, "chrome"],
  [/Version\/\d.*Safari/, "safari"],
  [/okhttp\//i, "okhttp"],
  [/Dalvik\//, "dalvik"],
];

/** Parts of the brackets that are no model: languages, "U", "wv", and the "K" that browsers put in a model's place. */
const NO_MODEL =
  /^(?:[a-z]{2}(?:[-_][a-z]{2})?|u|k|wv|mobile|tablet|linux|arm.*|android.*|rv:.*)$/i;
const LONGEST = 40;

/** The model of an Android phone, which stands beside its system in brackets: "(Linux; Android 9; Redmi 6A Build/…)". */
function androidModel(text: string): string | null {
  const brackets = /\(([^()]*Android[^()]*)\)/.exec(text)?.[1];
  if (brackets === undefined) return null;
  const parts = brackets.split(";").map((part) => part.replace(/\s+Build\/.*$/, "").trim());
  return parts.find((part) => part !== "" && !NO_MODEL.test(part)) ?? null;
}

function deviceIn(text: string): string {
  if (text.includes("Android")) return androidModel(text) ?? "android";
  const apple = /\b(?:iPhone|iPad|iPod)(?:\d+,\d+)?/.exec(text)?.[0];
  if (apple !== undefined) return apple;
  if (text.includes("Windows")) return "windows";
  if (/Mac OS|Macintosh|Darwin/.test(text)) return "mac";
  return text.includes("Linux") ? "linux" : "";
}

/** The name of a program: all in front of its version. Said once, a family stays as it is. */
const programIn = (text: string): string =>
  /[/(]/.test(text) ? (/^[a-z][a-z -]*/i.exec(text)?.[0] ?? "") : text;

/** Model or system, then family, in small letters; null where a text says neither. */
export function normalUserAgent(text: string): string | null {
  const clean = text.trim();
  const family = FAMILIES.find(([pattern]) => pattern.test(clean))?.[1] ?? programIn(clean);
  const said = `${deviceIn(clean)} ${family}`.toLowerCase().replace(/\s+/g, " ").trim();
  return said === "" ? null : said.slice(0, LONGEST).trim();
}
