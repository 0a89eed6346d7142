/*
 * Mailboxes behind e-mail addresses. Two mailboxes merged by mistake would cost a buyer a turn, so
 * only documented aliases count.
 */

const GMAIL = new Set(["gmail.com", "googlemail.com"]);

/**
 * The mailbox of an address: lower case, without `+tag` (RFC 5233), and without dots at Gmail,
 * where dots are ignored. Two addresses of one mailbox belong to one person. Null if nothing is
 * left.
 */
export function mailBox(address: string): string | null {
  const at = address.lastIndexOf("@");
  let local = address.slice(0, at).toLowerCase();
  let domain = address.slice(at + 1).toLowerCase();
  const tag = local.indexOf("+");
  if (tag > 0) local = local.slice(0, tag);
  if (GMAIL.has(domain)) {
    local = local.replaceAll(".", "");
    domain = "gmail.com";
  }
  return local === "" ? null : `${local}@${domain}`;
}
