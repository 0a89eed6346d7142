/*
 * Network addresses as rate limits and prices count them. One address in two spellings, or one
 * customer with millions of addresses, must never count as several callers.
 */

const GROUPS = 8;

/** Sixteen-bit groups of the text between colons; a dotted tail is two. Null if it is malformed. */
function groupsOf(text: string): number[] | null {
  if (text === "") return [];
  const groups: number[] = [];
  for (const part of text.split(":")) {
    const dotted = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(part);
    if (dotted) {
      const [a, b, c, d] = dotted.slice(1).map(Number) as [number, number, number, number];
      groups.push(a * 256 + b, c * 256 + d);
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return null;
  }
  return groups;
}

/** The eight groups of an IPv6 address in any spelling; null for everything else. */
function readIpv6(text: string): number[] | null {
  const [address = ""] = text.split("%");
  const [before = "", after, more] = address.split("::");
  if (more !== undefined || !address.includes(":")) return null;
  const [first, last] = [groupsOf(before), groupsOf(after ?? "")];
  if (!first || !last) return null;
  const missing = GROUPS - first.length - last.length;
  if (after === undefined ? missing !== 0 : missing < 0) return null;
  return [...first, ...Array<number>(missing).fill(0), ...last];
}

/** The IPv4 address in an IPv6 address of the form `::ffff:a.b.c.d`, however it is written. */
function mappedIpv4(groups: readonly number[]): string | null {
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (!isMapped) return null;
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 255])
    .join(".");
}

/** An address without the IPv4-to-IPv6 mapping (`::ffff:`), in its usual or its hexadecimal form. */
export function plainAddress(address: string): string {
  const groups = address.includes(":") ? readIpv6(address) : null;
  return (groups && mappedIpv4(groups)) ?? address;
}

const prefix = (groups: readonly number[], count: number): string =>
  `${groups
    .slice(0, count)
    .map((group) => group.toString(16))
    .join(":")}::`;

/**
 * The part of a network address that one subscriber cannot change: a whole IPv4 address, or the
 * first 64 bits of an IPv6 address (each home and phone has the remaining bits to itself).
 */
export function customerAddress(ip: string): string {
  const groups = ip.includes(":") ? readIpv6(ip) : null;
  return groups ? (mappedIpv4(groups) ?? prefix(groups, 4)) : ip;
}

/**
 * The network that one customer of a hosting company is given: the first 48 bits of an IPv6 address,
 * 65,536 homes' worth. Null for IPv4, whose neighbours have nothing to do with each other.
 */
export function siteAddress(ip: string): string | null {
  const groups = ip.includes(":") ? readIpv6(ip) : null;
  return groups && mappedIpv4(groups) === null ? prefix(groups, 3) : null;
}
