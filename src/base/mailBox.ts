/*
 * Mailboxes behind e-mail addresses, in two measures. The reader of a mailbox may enter as it, so
 * `ownMailBox` knows only what a provider documents. For limits and turns `mailBox` looks further: a
 * mailbox with many spellings would be many people.
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

/** Providers that deliver `name+tag` to `name`, and whose domains are mailboxes of their own. */
const TAGGED = new Set(["outlook.com", "hotmail.com", "live.com", "msn.com", "fastmail.com"]);

/** Nearly all addresses; folding a million others costs seconds. */
const isAscii = (text: string) => /^[\x20-\x7e]*$/.test(text);

/**
 * The mailbox of an address: as it looks, lower case, without `+tag` (RFC 5233), and without what its
 * provider ignores (dots at Gmail). Two addresses of one mailbox belong to one person. Null if
 * nothing is left.
 */
export function mailBox(address: string): string | null {
  const plain = isAscii(address) ? address.toLowerCase() : plainLetters(address);
  const { local, domain } = parts(plain);
  return folded(untagged(local), domain);
}

/**
 * The mailbox that surely gets the mail to an address (lower case): the address itself, but for the
 * aliases that its provider documents. Look-alike letters and tags elsewhere may be another
 * person's mailbox.
 */
export function ownMailBox(address: string): string {
  const { local, domain } = parts(address);
  const isTagged = TAGGED.has(domain) || providerOf(domain) !== undefined;
  return folded(isTagged ? untagged(local) : local, domain) ?? address;
}

function parts(address: string): { readonly local: string; readonly domain: string } {
  const at = address.lastIndexOf("@");
  return { local: address.slice(0, at), domain: address.slice(at + 1) };
}

function untagged(local: string): string {
  const tag = local.indexOf("+");
  return tag > 0 ? local.slice(0, tag) : local;
}

const providerOf = (domain: string) => PROVIDERS.find(({ domains }) => domains.includes(domain));

/** Without what the provider ignores; null if nothing is left. */
function folded(local: string, domain: string): string | null {
  const provider = providerOf(domain);
  const name = provider ? local.replace(provider.ignored, "") : local;
  return name === "" ? null : `${name}@${provider?.domains[0] ?? domain}`;
}
