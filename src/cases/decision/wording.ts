import { formatInstant } from "../../base/zone.ts";
import type { DecisionRecord } from "./decisionRecord.ts";
import type { OrderStatus } from "./status.ts";

/*
 * Every mouth speaks from the one record: status page, mail, help desk, channel, courier. So they cannot
 * contradict each other, and what one knows the others know.
 */

export type Language = "id" | "en";

export interface Rendered {
  readonly subject: string;
  readonly text: string;
}

const instant = (iso: string, timeZone: string, language: Language) =>
  formatInstant(Date.parse(iso), timeZone, language);

function reasonList(record: DecisionRecord, language: Language): string {
  return record.reasons
    .map((reason, index) => `${index + 1}. ${reason[language]} (${reason.rule_id})`)
    .join("\n");
}

/** The notice to the buyer. The subject tells nothing: it shows on locked screens. */
export function noticeText(
  record: DecisionRecord,
  where: { readonly link: string; readonly timeZone: string },
  language: Language,
): Rendered {
  const until = instant(record.appeal_until, where.timeZone, language);
  if (language === "id") {
    return {
      subject: "Keputusan tentang pesanan Anda",
      text: [
        `Pesanan ${record.order_id} kami batalkan. Unitnya masih ditahan dan tidak diberikan kepada siapa pun sampai Anda sempat membanding.`,
        `Dasar: ${record.incompatible_content_explanation.id} (aturan ${record.rule_ids.join(", ")}, kebijakan ${record.policy_name} versi ${record.policy_version})`,
        `Yang kami lihat:\n${reasonList(record, "id")}`,
        `Yang akan mengubah keputusan ini: ${record.counterfactual.id}.`,
        `Kami keliru? Ajukan banding, gratis, tanpa akun, sampai ${until}: ${where.link}`,
        record.remedy_if_wrong.id,
      ].join("\n\n"),
    };
  }
  return {
    subject: "A decision about your order",
    text: [
      `We cancelled order ${record.order_id}. Its unit is still held and goes to nobody until you had the time to appeal.`,
      `Ground: ${record.incompatible_content_explanation.en} (rule ${record.rule_ids.join(", ")}, policy ${record.policy_name} version ${record.policy_version})`,
      `What we saw:\n${reasonList(record, "en")}`,
      `What would change this decision: ${record.counterfactual.en}.`,
      `Are we wrong? Appeal, free, without an account, until ${until}: ${where.link}`,
      record.remedy_if_wrong.en,
    ].join("\n\n"),
  };
}

/** What the help desk reads out: the same reasons, in the same words. */
export function helpDeskText(record: DecisionRecord, timeZone: string, language: Language): string {
  const until = instant(record.appeal_until, timeZone, language);
  return language === "id"
    ? `Pesanan ini dibatalkan dengan keputusan ${record.puid}. Alasannya:\n${reasonList(record, "id")}\nPembeli dapat membanding sampai ${until}. Jangan menyebut alasan lain.`
    : `This order was cancelled by decision ${record.puid}. Reasons:\n${reasonList(record, "en")}\nThe buyer may appeal until ${until}. Give no other reason.`;
}

/** One status for one state, whatever a channel would like to show. */
export function channelStatus(state: "in_force" | "overturned" | "final"): OrderStatus {
  return state === "overturned" ? "preparing" : "cancelled_by_seller";
}

/** For the courier: what happens to the parcel, and nothing about the buyer. */
export function courierText(
  state: "in_force" | "overturned" | "final",
  language: Language,
): string {
  if (state === "overturned") {
    return language === "id" ? "Kirim seperti biasa." : "Ship as usual.";
  }
  return language === "id"
    ? "Jangan dikirim; simpan. Ini bukan pengiriman gagal."
    : "Do not ship; keep it. This is not a failed delivery.";
}
