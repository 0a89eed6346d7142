const GMAIL = new Set(["gmail.com", "googlemail.com"]);

/**
 * The mail box that an address leads to: lower case, without `+tag` (RFC 5233); without dots at Gmail,
 * where dots mean nothing. Two addresses of one box are one person's. Null when nothing is left of it.
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
