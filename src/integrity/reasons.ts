import type { Evidence, Family } from "./signals/evidence.ts";

export interface ReasonText {
  readonly code: Family | "over_limit";
  readonly id: string;
  readonly en: string;
}

/** "p12…9z": enough to recognise a value by, too little to use it. */
export function maskValue(value: string): string {
  const text = value.trim();
  if (text === "") return "";
  const [local, domain] = text.split("@");
  if (domain !== undefined) return `${local!.slice(0, 2)}…@${domain}`;
  return text.length <= 4 ? `${text[0]}…` : `${text.slice(0, 2)}…${text.slice(-2)}`;
}

type Facts = Readonly<Record<string, string | number>>;

const duration = (seconds: number, language: "id" | "en"): string => {
  const units =
    language === "id" ? ["detik", "menit", "jam", "hari"] : ["seconds", "minutes", "hours", "days"];
  if (seconds < 120) return `${seconds} ${units[0]}`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} ${units[1]}`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} ${units[2]}`;
  return `${Math.round(seconds / 86_400)} ${units[3]}`;
};

/** Conduct in plain words, never intent; what is shared is named, masked. */
const TEXTS: Readonly<
  Record<Family, { id: (facts: Facts) => string; en: (facts: Facts) => string }>
> = {
  shared_device: {
    id: (f) => `${f.accounts} akun memesan dari perangkat yang sama (${f.value})`,
    en: (f) => `${f.accounts} accounts ordered from the same device (${f.value})`,
  },
  shared_payment: {
    id: (f) => `${f.accounts} akun membayar dengan alat pembayaran yang sama (${f.value})`,
    en: (f) => `${f.accounts} accounts pay with the same means of payment (${f.value})`,
  },
  shared_phone: {
    id: (f) => `${f.accounts} akun memakai nomor telepon yang sama (${f.value})`,
    en: (f) => `${f.accounts} accounts use the same phone number (${f.value})`,
  },
  shared_email: {
    id: (f) => `${f.accounts} akun memakai alamat e-mail yang sama (${f.value})`,
    en: (f) => `${f.accounts} accounts use the same e-mail address (${f.value})`,
  },
  shared_declared: {
    id: (f) => `${f.accounts} akun terhubung lewat data yang sama (${f.value})`,
    en: (f) => `${f.accounts} accounts are linked by the same attribute (${f.value})`,
  },
  connected_accounts: {
    id: (f) =>
      `sekitar ${f.accounts} akun saling terhubung lewat beberapa perangkat, pembayaran, atau nomor`,
    en: (f) =>
      `about ${f.accounts} accounts hang together over several devices, payments or numbers`,
  },
  phones_in_a_row: {
    // A run may reach over several cases: the number is that of the run.
    id: (f) => `seluruhnya ${f.accounts} akun memakai nomor telepon berurutan (${f.value}xx)`,
    en: (f) => `altogether ${f.accounts} accounts use phone numbers in a row (${f.value}xx)`,
  },
  few_devices: {
    id: (f) => `${f.accounts} akun hanya memakai ${f.distinct} perangkat`,
    en: (f) => `${f.accounts} accounts use only ${f.distinct} devices`,
  },
  few_payments: {
    id: (f) => `${f.accounts} akun hanya memakai ${f.distinct} alat pembayaran`,
    en: (f) => `${f.accounts} accounts use only ${f.distinct} means of payment`,
  },
  same_moment: {
    id: (f) =>
      `${f.orders} pesanan kelompok ini masuk dalam ${duration(Number(f.seconds), "id")}, jauh lebih rapat daripada pembeli lain`,
    en: (f) =>
      `${f.orders} orders of this group came within ${duration(Number(f.seconds), "en")}, far closer than other buyers' orders`,
  },
  accounts_made_together: {
    id: (f) => `${f.orders} akun kelompok ini dibuat dalam ${duration(Number(f.seconds), "id")}`,
    en: (f) =>
      `${f.orders} accounts of this group were made within ${duration(Number(f.seconds), "en")}`,
  },
  faster_than_hands: {
    id: (f) =>
      `pesanan masuk ${f.seconds} detik setelah akun dibuat; pola secepat ini ${f.times} kali lebih sering daripada yang wajar untuk tangan manusia`,
    en: (f) =>
      `ordered ${f.seconds} seconds after the account was made; that is seen ${f.times} times as often as hands explain`,
  },
  made_up_contacts: {
    id: (f) => `${f.likeMails} alamat e-mail dibuat dengan pola yang sama`,
    en: (f) => `${f.likeMails} e-mail addresses are made after one pattern`,
  },
  many_spellings: {
    id: (f) => `satu tempat ditulis dengan ${f.spellings} cara untuk ${f.orders} pesanan`,
    en: (f) => `one place written in ${f.spellings} ways for ${f.orders} orders`,
  },
  history: {
    id: () => "terhubung dengan kasus yang pernah diputuskan oleh petugas",
    en: () => "tied to a case that a person decided before",
  },
  own_things: {
    id: (f) => `${f.accounts} akun di tempat ini punya perangkat atau pembayaran masing-masing`,
    en: (f) => `${f.accounts} accounts at this place have devices or payments of their own`,
  },
  known_buyer: {
    id: () => "pembeli yang pengirimannya pernah diterima, atau pernah dinyatakan asli",
    en: () => "a buyer whose deliveries were kept before, or who was cleared before",
  },
};

export function reasonOf(evidence: Evidence): ReasonText {
  const facts = { ...evidence.facts };
  if (typeof facts.value === "string") {
    facts.value =
      evidence.family === "phones_in_a_row"
        ? `${facts.value.slice(0, 4)}…`
        : maskValue(facts.value);
  }
  if (typeof facts.accounts === "number") facts.accounts = Math.round(facts.accounts);
  const texts = TEXTS[evidence.family];
  return { code: evidence.family, id: texts.id(facts), en: texts.en(facts) };
}

const MOST_REASONS = 4;
const LEAST_BITS = 0.25;

/** A plain rule, announced before the sale: it says nothing about rings. */
export const OVER_LIMIT: ReasonText = {
  code: "over_limit",
  id: "pesanan lain orang ini sudah mencapai batas pembelian yang diumumkan; pesanan pertama tetap berlaku",
  en: "this person's other orders reach the announced limit already; the first one stands",
};

/** At most four reasons, the strongest first (Regulation B's "principal reasons"). */
export function principalReasons(evidence: readonly Evidence[]): ReasonText[] {
  return evidence
    .filter((one) => one.bits >= LEAST_BITS)
    .toSorted((a, b) => b.bits - a.bits)
    .slice(0, MOST_REASONS)
    .map(reasonOf);
}

/** What speaks for the buyer. */
export function protectiveReasons(evidence: readonly Evidence[]): ReasonText[] {
  return evidence.filter((one) => one.bits < 0).map(reasonOf);
}

interface BothTexts {
  readonly id: string;
  readonly en: string;
}

const OWN_CONTACT: BothTexts = {
  id: "kode sekali pakai dari nomor atau alamat sendiri",
  en: "a one-time code from an own number or address",
};
const OWN_DEVICE: BothTexts = {
  id: "penjelasan mengapa perangkat itu dipakai bersama (misalnya serumah), atau kode sekali pakai dari nomor sendiri",
  en: "showing why the device is shared (a household), or a one-time code from an own number",
};
const OWN_PAYMENT: BothTexts = {
  id: "penjelasan bahwa pembayaran itu milik keluarga atau penitip, atau pembayaran dengan alat sendiri",
  en: "showing that the payment is a family's or a personal shopper's, or paying with an own means",
};
const RELEASES: Readonly<Partial<Record<Family, BothTexts>>> = {
  shared_device: OWN_DEVICE,
  few_devices: OWN_DEVICE,
  shared_payment: OWN_PAYMENT,
  few_payments: OWN_PAYMENT,
  shared_phone: OWN_CONTACT,
  shared_email: OWN_CONTACT,
  phones_in_a_row: OWN_CONTACT,
};
const EXPLAIN: BothTexts = {
  id: "kode sekali pakai dan konfirmasi alamat, atau penjelasan kepada petugas",
  en: "a one-time code and a confirmed address, or an explanation to a person",
};

/** What would release an order: its strongest named thing, explained or gone. */
export function releaseText(evidence: readonly Evidence[]): BothTexts {
  const top = evidence.toSorted((a, b) => b.bits - a.bits)[0];
  return (top && RELEASES[top.family]) ?? EXPLAIN;
}

/** Words that name a person's intent, or nothing at all. They can never be a ground. */
const BANNED_GROUNDS = [
  "tengkulak",
  "reseller",
  "calo",
  "penimbun",
  "scalper",
  "hoarder",
  "aktivitas tidak wajar",
  "abnormal activity",
  "aktivitas mencurigakan",
  "suspicious activity",
];

/** The banned words in a text. */
export function bannedGrounds(text: string): string[] {
  const plain = text.toLowerCase();
  return BANNED_GROUNDS.filter((word) => plain.includes(word));
}
