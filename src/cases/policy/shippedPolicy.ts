/*
 * The policy that Giliran ships with, and the template for a seller's own. Signals that name nobody
 * (time, spelling, few devices) are graded weak here: alone they never cancel an order.
 */

import { fillText } from "../../base/language.ts";
import type { Policy } from "./policy.ts";

/**
 * Rules with effect `refuse` rest on shared identifiers, a broken limit or a program's speed;
 * nothing else refuses.
 */
const RULES: Policy["rules"] = [
  {
    ruleId: "LIMIT",
    ground: "over_limit",
    grade: "strong",
    effect: "refuse",
    families: [],
    text: {
      id: "Satu orang memesan lebih banyak unit daripada batas yang diumumkan. Pesanan pertamanya tetap berlaku.",
      en: "One person ordered more units than the announced limit. The first ones stand.",
    },
    errorCeiling: 0.05,
    oat: "OAT-005",
  },
  {
    ruleId: "SHARED-MEANS",
    ground: "coordinated_accounts",
    grade: "strong",
    effect: "refuse",
    families: ["shared_device", "shared_payment"],
    text: {
      id: "Banyak akun memesan dengan perangkat atau alat pembayaran yang sama untuk melewati batas per orang.",
      en: "Many accounts ordered with the same device or means of payment to get past the limit per person.",
    },
    errorCeiling: 0.05,
    oat: "OAT-005",
  },
  {
    ruleId: "SHARED-CONTACT",
    ground: "coordinated_accounts",
    grade: "strong",
    effect: "refuse",
    families: [
      ...["shared_phone", "shared_email", "phones_in_a_row", "connected_accounts"],
      ...["shared_declared", "history"],
    ],
    text: {
      id: "Banyak akun memesan dengan nomor atau e-mail yang sama, atau saling terhubung lewat beberapa di antaranya, untuk melewati batas per orang.",
      en: "Many accounts ordered with the same numbers or e-mail, or hang together over several of them, to get past the limit per person.",
    },
    errorCeiling: 0.05,
    oat: "OAT-019",
  },
  {
    ruleId: "AUTOMATION",
    ground: "automation",
    grade: "strong",
    effect: "refuse",
    families: ["faster_than_hands"],
    text: {
      id: "Pesanan dibuat oleh program, lebih cepat daripada tangan manusia.",
      en: "The order was made by a program, faster than hands can.",
    },
    errorCeiling: 0.05,
    oat: "OAT-006",
  },
  {
    ruleId: "PATTERN",
    ground: "coordinated_accounts",
    grade: "weak",
    effect: "check",
    families: [
      ...["few_devices", "few_payments", "same_moment", "accounts_made_together"],
      ...["made_up_contacts", "many_spellings", "made_in_a_burst", "ordered_as_a_burst"],
      ...["burst_mail_form", "early_client", "full_limit"],
    ],
    text: {
      id: "Waktu, cara, atau penulisan pesanan mirip dengan pesanan lain. Tiga kemiripan yang tidak saling bergantung dapat membuat kami bertanya. Ini saja tidak pernah menahan atau membatalkan pesanan.",
      en: "Time, manner or spelling of the order is like that of others. Three such likenesses that do not depend on each other may make us ask. This alone never holds or cancels an order.",
    },
    errorCeiling: 0.05,
  },
];

/** Signals that no rule of the shipped policy names, and why: in no rule, a signal counts for nothing. */
export const WITHOUT_RULE: Readonly<Record<string, string>> = {
  own_things: "speaks for the buyer, and nobody needs a rule for that",
  known_buyer: "speaks for the buyer, and nobody needs a rule for that",
};

/** `{n}`: units for each person. */
const SUMMARY = {
  id: "Setiap orang boleh membeli {n} unit di semua kanal dan gelombang. Pesanan hanya dapat dibatalkan karena salah satu alasan di bawah, oleh petugas, dan selalu dapat dibanding. Membeli satu unit lalu menjualnya kembali tidak melanggar apa pun di sini.",
  en: "Each person may buy {n} over all channels and rounds. An order can be cancelled only for one of the reasons below, by a person, and can always be appealed. Buying one unit and selling it on breaks nothing here.",
};

/** The shipped policy for a given limit per person. */
export function shippedPolicy(unitsPerPersonCount: number): Policy {
  return {
    format: "giliran.policy/1",
    name: `giliran-${unitsPerPersonCount}-per-person`,
    version: 2,
    summary: fillText(SUMMARY, { n: unitsPerPersonCount }),
    unitsPerPersonCount,
    rules: RULES,
    thresholds: { caseBits: 0, stepUpBits: -2, ringShare: 0.02, weakKindsAsk: true },
    batch: { wrongCasesShare: 0.05, confidence: 0.95, approvals: 2, graceMinutes: 30 },
    appeal: { fileHours: 168, decideHours: 36 },
    remedy: { entitlementDays: 365, substitution: "any_variant" },
    cod: {
      ordersPerPersonCount: 1,
      phoneConfirmation: true,
      text: {
        id: "Bayar di tempat punya kuota sendiri dan dikonfirmasi lewat kode di ponsel. Cara bayar tidak mengubah peluang siapa pun.",
        en: "Cash on delivery has a quota of its own and is confirmed by a code on the phone. How one pays changes nobody's chance.",
      },
    },
    noticeTimeoutHours: 24,
    retention: { evidenceDays: 90, upheldDays: 365 },
  };
}
