/*
 * Mailboxes behind e-mail addresses. Two mailboxes merged by mistake would cost a buyer a turn, so
 * only documented aliases count.
 */

import { plainLetters } from "./plainLetters.ts";

/** Providers whose domains lead to one mailbox, and the characters that they ignore in its name. */
const PROVIDERS: readonly { readonly domains: readonly string[]; readonly ignored: RegExp }[] = [
  { domains: ["gmail.com", "googlemail.com"], ignored: /\./g },
  { domains: ["proton.me", "protonmail.com", "pm.me", "protonmail.ch"], ignored: /[._-]/g },
  { domains: ["icloud.com", "me.com", "mac.com"], ignored: /(?!)/g },
  {
    domains: ["yandex.com", "yandex.ru", "ya.ru", "yandex.by", "yandex.kz"],
    ignored: /[.-]/g,
  },
];

/** Nearly all addresses; folding a million others costs seconds. */
const isAscii = (text: string) => /^[\x20-\x7e]*$/.test(text);

/**
 * The mailbox of an address: as it looks, lower case, without `+tag` (RFC 5233), and without what its
 * provider ignores (dots at Gmail). Two addresses of one mailbox belong to one person. Null if
 * nothing is left.
 */
export function mailBox(address: string): string | null {
  const plain = isAscii(address) ? address.toLowerCase() : plainLetters(address);
  const at = plain.lastIndexOf("@");
  let local = plain.slice(0, at);
  let domain = plain.slice(at + 1);
  const tag = local.indexOf("+");
  if (tag > 0) local = local.slice(0, tag);
  const provider = PROVIDERS.find(({ domains }) => domains.includes(domain));
  if (provider) {
    local = local.replace(provider.ignored, "");
    domain = provider.domains[0] ?? domain;
  }
  return local === "" ? null : `${local}@${domain}`;
}
