/* Mail addresses in one spelling, and the form that a mail box is written in. */

import { withoutUnseen } from "../../base/plainLetters.ts";
import { mailBox } from "../../base/mailBox.ts";

/**
 * An address as its owner's mail box. Null when it is no address, or a masked one: too many people share
 * what is left of those.
 */
export function normalEmail(text: string): string | null {
  const match = /^\s*([^@\s*]+@[a-z0-9.-]+\.[a-z]{2,})\s*$/i.exec(
    withoutUnseen(text.normalize("NFKC")),
  );
  return match?.[1] === undefined ? null : mailBox(match[1]);
}

/**
 * The form of a mail box: letters become a, digits 9, runs keep their length ("siti.ayu92@…" is
 * "aaaa.aaa99"). Made-up addresses of one maker share it; so do many people, so it is weak by itself.
 */
export function emailTemplate(email: string): string {
  const [local = "", domain = ""] = email.split("@");
  return `${local.replace(/[a-z]/g, "a").replace(/\d/g, "9")}@${domain}`;
}
