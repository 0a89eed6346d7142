/*
 * The words that Indonesian addresses are made of besides names: what a number is a number of, what says nothing
 * about the place, and where a note to the courier begins.
 */

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
] as const;
export type NumberKind = (typeof KINDS)[number];

/** The words of a kind, as forms and people write them. */
export const KIND_WORDS = byForm({
  no: "nomor nomer nmr number num kav kavling kapling kavl",
  rt: "",
  rw: "",
  block: "blok blk blox bloc",
  lane: "gang gg gng lorong lrg lr",
  floor: "lantai lt lnt lvl level",
  unit: "kamar kmr room rm suite ste apt",
  tower: "twr menara",
  km: "kilometer",
}) as ReadonlyMap<string, Exclude<NumberKind, "loose">>;

/** Short forms of words that are part of a name. */
export const WRITTEN_OUT = byForm({
  jalan: "jl jln jaln jlan jalanan street st road rd",
  perum: "perumahan perumnas komplek kompleks komp kpl prm prum cluster klaster",
  apartemen: "apartment apart aprt",
  kampung: "kp kmp kpg kampong",
  dusun: "dsn",
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
  utara: "utr",
  timur: "tim tmr",
  barat: "brt",
  pusat: "pst",
  tengah: "tgh",
  tanjung: "tj tjg tg",
  pondok: "pd pndk",
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
  "depan dpn didepan samping smp disamping belakang blkg dibelakang dekat dkt deket sebelah sblh seberang sebrang sbrg patokan patokannya pagar pager cat warna titip titipkan rmh near behind opposite beside next infront ancer".split(
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
