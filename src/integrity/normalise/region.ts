/* Cities and districts as a gazetteer has them, however a form wrote them. */

import { distance } from "fastest-levenshtein";
import { plainLetters } from "../../base/plainLetters.ts";
import { CITY_NAMES, CITY_SHORT } from "./gazetteer.ts";

/** Words for the kind of a place only; forms write them or leave them out. */
const KIND =
  /\b(kota|kotamadya|kodya|administrasi|adm|kabupaten|kab|kecamatan|kec|kelurahan|kel|desa|ds|provinsi|prov|daerah khusus ibukota|dki)\b/g;
/** Directions, as forms cut and shorten them. */
const SHORT_WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    jkt: "jakarta",
    tgr: "tangerang",
    sel: "selatan",
    ut: "utara",
    utr: "utara",
    tim: "timur",
    tmr: "timur",
    brt: "barat",
    bar: "barat",
    pst: "pusat",
    pus: "pusat",
    kep: "kepulauan",
    tj: "tanjung",
    tg: "tanjung",
  }),
);
/** Shorter words are too easily another place's, or another word's, beginning. */
const SHORTEST_PREFIX = 4;
const SHORTEST_MISSPELT = 5;

const KNOWN = new Set(CITY_NAMES);

function wordsOf(text: string): string {
  const words = plainLetters(text)
    .replace(/[^a-z0-9]+/g, " ")
    .replace(KIND, " ")
    .trim()
    .split(/\s+/);
  return words.map((word) => SHORT_WORDS.get(word) ?? word).join(" ");
}

/** The one name that a condition leaves; null where it leaves none or several. */
function only(fits: (name: string) => boolean): string | null {
  const found = CITY_NAMES.filter(fits);
  return found.length === 1 ? (found[0] ?? null) : null;
}

/**
 * A city or regency as the gazetteer writes it: without its kind, with short forms written out, once where a form
 * says it twice, one letter wrong forgiven, and a name that a form cut off completed where only one begins so. Others
 * stay as written.
 */
export function normalCity(text: string): string {
  const name = wordsOf(text);
  if (KNOWN.has(name)) return name;
  const short = CITY_SHORT.get(name);
  if (short !== undefined) return short;
  const half = name.slice(0, (name.length - 1) / 2);
  if (name === `${half} ${half}` && KNOWN.has(half)) return half;
  const cut = name.length >= SHORTEST_PREFIX ? only((known) => known.startsWith(name)) : null;
  if (cut !== null) return cut;
  const misspelt =
    name.length >= SHORTEST_MISSPELT
      ? only((known) => Math.abs(known.length - name.length) <= 1 && distance(known, name) <= 1)
      : null;
  return misspelt ?? name;
}

/** Below a city there is no list: its kind is left away, the rest stays as written. */
export const normalDistrict = (text: string): string => wordsOf(text);
