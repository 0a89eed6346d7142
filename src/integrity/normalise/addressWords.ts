/*
 * The words that Indonesian addresses are made of besides names: what a number is a number of, what says nothing
 * about the place, and where a note to the courier begins.
 */

import { CITY_SHORT } from "./gazetteer.ts";

const byForm = (forms: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(forms).flatMap(([word, all]) =>
      [word, ...all.split(" ")].map((form) => [form, word] as const),
    ),
  );

/** The things that a number, or a letter, may count. */
export const KINDS = [
  "loose",
  "no",
  "rt",
  "rw",
  "block",
  "lane",
  "floor",
  "unit",
  "tower",
  "km",
  "road",
] as const;
export type NumberKind = (typeof KINDS)[number];
/** The kinds that a word before the number names. */
export type TypedKind = Exclude<NumberKind, "loose" | "road">;

/** The words of a kind, as forms and people write them. */
export const KIND_WORDS: ReadonlyMap<string, TypedKind> = byForm({
  no: "nomor nomer nmr number num kav kavling kapling kavl",
  rt: "",
  rw: "",
  block: "blok blk bl blox bloc",
  lane: "gang gg gng lorong lrg lr",
  floor: "lantai lt lnt lvl level",
  unit: "kamar kmr room rm suite ste apt",
  tower: "twr menara",
  km: "kilometer",
}) as ReadonlyMap<string, TypedKind>;

/** Short forms of words that are part of a name. */
export const WRITTEN_OUT = byForm({
  jalan: "jl jln jaln jlan jalanan street st road rd",
  perum:
    "perumahan perumah perumh perumnas prmh komplek kompleks kompl komp kpl prm prum cluster klaster",
  apartemen: "apartment apart aprt",
  kampung: "kp kmp kpg kamp kampong",
  dusun: "dsn dus",
  kelurahan: "kel desa ds klrhn",
  kecamatan: "kec kcmtn kecmtn",
  kabupaten: "kab kabupatan",
  kota: "kodya kotamadya",
  raya: "ry",
  jakarta: "jkt",
  bandung: "bdg",
  surabaya: "sby sb",
  yogyakarta: "jogja jogjakarta yogya",
  tangerang: "tgr tng tangrang",
  selatan: "sel slt",
  utara: "utr ut",
  timur: "tim tmr",
  barat: "brt",
  pusat: "pst",
  tengah: "tgh",
  tanjung: "tj tjg tg",
  pondok: "pd pdk pndk",
  muhammad: "moh muh mhd mohamad mohammad muhamad mochammad moch",
  ahmad: "achmad akhmad",
  jenderal: "jend jendral jendr jen",
  kapten: "kapt kpt",
  letjen: "letnanjenderal",
  kolonel: "kol",
  mayor: "may",
  gunung: "gn gng",
  sungai: "sei",
  bukit: "bkt",
  taman: "tmn",
  griya: "gria",
  pasar: "psr",
  simpang: "spg",
  north: "n",
  south: "s",
  east: "e",
  west: "w",
});

/** Short forms of several words. */
export const SEVERAL_WORDS: ReadonlyMap<string, readonly string[]> = new Map([
  ...[...CITY_SHORT].map(([short, city]) => [short, city.split(" ")] as const),
  ...Object.entries({
    jabar: ["jawa", "barat"],
    jateng: ["jawa", "tengah"],
    jatim: ["jawa", "timur"],
    sumut: ["sumatera", "utara"],
    sumbar: ["sumatera", "barat"],
    sumsel: ["sumatera", "selatan"],
    kepri: ["kepulauan", "riau"],
    kalbar: ["kalimantan", "barat"],
    kalsel: ["kalimantan", "selatan"],
    kaltim: ["kalimantan", "timur"],
    kalteng: ["kalimantan", "tengah"],
    kaltara: ["kalimantan", "utara"],
    sulsel: ["sulawesi", "selatan"],
    sulut: ["sulawesi", "utara"],
    sulteng: ["sulawesi", "tengah"],
    sultra: ["sulawesi", "tenggara"],
    ntb: ["nusa", "tenggara", "barat"],
    ntt: ["nusa", "tenggara", "timur"],
  }),
]);

/** Words that are known with one letter wrong: only long ones, which no name is like. */
export const KNOWN_IF_MISTYPED =
  "perumahan kecamatan kelurahan kabupaten komplek apartemen kampung nomor jalan".split(" ");

/** Words for the kind of thing that is named: forms write them or leave them out. */
export const SAYS_NOTHING = new Set([
  ..."jalan perum apartemen kampung dusun kelurahan kecamatan kabupaten kota raya indonesia".split(
    " ",
  ),
  ..."provinsi prov propinsi administrasi adm kode pos kodepos dki daerah khusus ibukota alamat".split(
    " ",
  ),
  ..."rumah ruko gedung the of di dan kh hj dr drs ir prof h avenue ave blvd boulevard lane ln drive".split(
    " ",
  ),
]);

/** A note to the courier begins with one of these and ends at a comma, a bracket or a typed number. */
export const NOTE_BEGINS = new Set(
  "kirim taruh wa telp telepon hp hubungi hub tolong tlg mohon harap jangan jgn ada lewat masuk ketuk bel kalau kalo klo jika bila terima makasih trims pojok depan dpn didepan samping smp disamping belakang blkg dibelakang dekat dkt deket sebelah sblh seberang sebrang sbrg patokan patokannya pagar pager cat warna titip titipkan rmh near behind opposite beside next infront ancer".split(
    " ",
  ),
);
/** After these such a word is a name: "Jalan Depan Pasar", "Kecamatan Seberang Ulu". */
export const NAMES_FOLLOW = new Set([
  "jalan",
  "kelurahan",
  "kecamatan",
  "kampung",
  "lane",
  "dusun",
  "perum",
]);
/** And before these. */
export const NAME_GOES_ON = new Set(["ulu", "ilir", "tangga", "padang"]);

const ROMAN = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split(" ");
/** The number of a roman one up to twenty; null for another word. */
export function romanNumber(word: string): string | null {
  const at = ROMAN.indexOf(word);
  return at < 0 ? null : String(at + 1);
}
