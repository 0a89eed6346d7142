const GMAIL = new Set(["gmail.com", "googlemail.com"]);

/**
 * An address as its owner's mail box: lower case, without `+tag`; without dots at Gmail, where dots mean
 * nothing. Null when it is no address, or a masked one: too many people share what is left of those.
 */
export function normalEmail(text: string): string | null {
  const match = /^\s*([^@\s*]+)@([a-z0-9.-]+\.[a-z]{2,})\s*$/i.exec(text);
  if (!match) return null;
  let local = match[1]!.toLowerCase();
  let domain = match[2]!.toLowerCase();
  const tag = local.indexOf("+");
  if (tag > 0) local = local.slice(0, tag);
  if (GMAIL.has(domain)) {
    local = local.replaceAll(".", "");
    domain = "gmail.com";
  }
  return local === "" ? null : `${local}@${domain}`;
}

/**
 * The form of a mail box: letters become a, digits 9, runs keep their length ("siti.ayu92@…" is
 * "aaaa.aaa99"). Made-up addresses of one maker share it; so do many people, so it is weak by itself.
 */
export function emailTemplate(email: string): string {
  const [local = "", domain = ""] = email.split("@");
  return `${local.replace(/[a-z]/g, "a").replace(/\d/g, "9")}@${domain}`;
}
