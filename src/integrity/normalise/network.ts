/* Network addresses in one spelling, and the network that each is of. */

/**
 * The network that an IP address belongs to: /24 of a version 4 address, /64 of a version 6 one. Null
 * when the text is no address. A decimal number is a version 4 address, as some exports write it.
 */
export function networkOf(ip: string): string | null {
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(ip);
  if (four)
    return four.slice(1).every((part) => Number(part) < 256)
      ? `${four[1]}.${four[2]}.${four[3]}`
      : null;
  if (/^[\da-f:]+$/i.test(ip) && ip.includes(":"))
    return expandSix(ip)?.slice(0, 4).join(":") ?? null;
  if (/^\d{6,10}(\.\d+)?$/.test(ip) && Number(ip) < 2 ** 32) {
    const number = Math.floor(Number(ip));
    return `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}`;
  }
  return null;
}

/** Addresses that every installation has behind its own proxy: they say nothing about a buyer. */
const PRIVATE =
  /^(?:10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd][\da-f]{2}:|fe[89ab][\da-f]:|0:0:0:0:0:0:0:[01]$)/;

/** The addresses of one cell: proxies write a list, the buyer's own first. */
export function addressesIn(text: string): readonly string[] {
  return text.split(/[\s,;|]+/).filter((part) => part !== "");
}

/**
 * A whole address in one spelling, or null. Ports and brackets are left out, a version 4 address in the clothes of
 * version 6 (::ffff:203.0.113.5) is one of version 4, and of a list the first that is not a proxy's own counts.
 */
export function normalIp(ip: string): string | null {
  if (/^[\d.]+$/.test(ip)) return networkOf(ip) === null ? null : plainFour(ip);
  const found = addressesIn(ip)
    .map(oneIp)
    .filter((one) => one !== null);
  return found.find((one) => !PRIVATE.test(one)) ?? found[0] ?? null;
}

/** 203.000.113.005 is 203.0.113.5; a number stays as it is. */
const plainFour = (ip: string): string =>
  /(?:^|\.)0\d/.test(ip) ? ip.replace(/(^|\.)0+(?=\d)/g, "$1") : ip;

function oneIp(text: string): string | null {
  const bare = text
    .replace(/^"|"$/g, "")
    .replace(/^\[(.*)\](?::\d{1,5})?$/, "$1")
    .replace(/%.*$/, "")
    .replace(/^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/, "$1");
  const mapped =
    /^(?:0*:)*(?::|0+:)ffff:(?:(\d{1,3}(?:\.\d{1,3}){3})|([\da-f]{1,4}):([\da-f]{1,4}))$/i;
  const inSix = mapped.exec(bare);
  const four = inSix === null ? bare : (inSix[1] ?? fourOf(inSix[2] ?? "", inSix[3] ?? ""));
  if (networkOf(four) === null) return null;
  return four.includes(":") ? (expandSix(four)?.join(":") ?? null) : plainFour(four);
}

function fourOf(high: string, low: string): string {
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return `${a >>> 8}.${a & 255}.${b >>> 8}.${b & 255}`;
}

function expandSix(ip: string): string[] | null {
  const [head = "", tail, more] = ip.toLowerCase().split("::");
  if (more !== undefined) return null;
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(Math.max(0, gap)).fill("0"), ...right];
  if (groups.length !== 8 || groups.some((group) => group === "" || group.length > 4)) return null;
  return groups.map((group) => group.replace(/^0+(?=.)/, ""));
}
