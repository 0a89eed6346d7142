/*
 * Addresses as people in Indonesia write them. Of 50,000 real marketplace addresses 85 % lack RT/RW,
 * 59.5 % hold a digit, and 3.4 % glue letters and digits ("km30", "rt3"); words are cut off at a form's end.
 */

const SYNONYMS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ["jalan", "jl jln jalan jaln jlan street st"],
    ["gang", "gg gang g"],
    ["no", "no nomor nomer nmr number"],
    ["kel", "kel kelurahan desa ds"],
    ["kec", "kec kecamatan kcmtn"],
    ["perum", "perum perumahan perumnas komplek kompleks komp kpl"],
    ["blok", "blok blk block"],
    ["lantai", "lt lantai"],
    ["unit", "unit kamar kmr room apt apartemen apartment"],
    ["rt", "rt"],
    ["rw", "rw"],
    ["kab", "kab kabupaten"],
    ["kota", "kota kodya"],
    ["raya", "raya ry"],
  ].flatMap(([word, forms]) => forms!.split(" ").map((form) => [form, word!])),
);
/** Words that say what kind of thing follows; they carry no place themselves. */
const EMPTY = new Set(["jalan", "gang", "kel", "kec", "perum", "kab", "kota", "raya", "indonesia"]);
/** What follows is a hint for the courier, not the place. */
const LANDMARK = new Set([
  "depan",
  "dpn",
  "samping",
  "belakang",
  "dekat",
  "sebelah",
  "seberang",
  "patokan",
  "belakangnya",
  "masuk",
]);
const TYPED = new Set(["rt", "rw", "no", "blok", "lantai", "unit"]);

export interface Address {
  /** Words of the place, sorted, each once. */
  readonly tokens: readonly string[];
  /** House number: what decides between two houses of one street; "" when none is given. */
  readonly house: string;
  /** Flat, room or floor; "" when none is given. */
  readonly unit: string;
  /** All typed numbers, as "rt 3", "no 17". */
  readonly numbers: readonly string[];
}

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .normalize("NFKC")
    .replace(/([a-z])(\d)/g, "$1 $2")
    .replace(/(\d)([a-z])/g, "$1 $2")
    .replace(/[^a-z0-9]+/g, " ")
    .trim()
    .split(" ")
    .map((word) => SYNONYMS[word] ?? word);
}

/** Takes an address apart. Null when there is nothing to go by, or when it is masked. */
export function readAddress(text: string): Address | null {
  if (/\*{2,}/.test(text)) return null;
  const words = wordsOf(text);
  const tokens = new Set<string>();
  const typed = new Map<string, string>();
  const loose: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    const next = words[index + 1] ?? "";
    if (LANDMARK.has(word)) {
      index += 2;
      continue;
    }
    if (TYPED.has(word)) {
      if (/^\d+$/.test(next) || (word === "blok" && /^[a-z]{1,2}$/.test(next))) {
        if (!typed.has(word)) typed.set(word, next.replace(/^0+(?=.)/, ""));
        index++;
      }
      continue;
    }
    if (EMPTY.has(word) || word === "") continue;
    if (/^\d+$/.test(word)) {
      if (word.length < 5) loose.push(word.replace(/^0+(?=.)/, ""));
      continue;
    }
    if (word.length > 1) tokens.add(word);
  }
  if (tokens.size === 0) return null;
  const house = [typed.get("blok"), typed.get("no") ?? loose[0]].filter(Boolean).join(" ");
  const unit = [typed.get("lantai"), typed.get("unit")].filter(Boolean).join(" ");
  return {
    tokens: [...tokens].sort(),
    house,
    unit,
    numbers: [...typed].map(([kind, value]) => `${kind} ${value}`).sort(),
  };
}
