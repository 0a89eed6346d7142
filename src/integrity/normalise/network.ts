/* Network addresses in one spelling, and the network that each is of. */

/**
 * The network that an IP address belongs to: /24 of a version 4 address, /64 of a version 6 one. Null
 * when the text is no address. A decimal number is a version 4 address, as some exports write it.
 */
export function networkOf(ip: string): string | null {
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/.exec(ip);
  if (four)
    return [four[1], four[2], four[3]].every((part) => Number(part) < 256)
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

/** A whole address in one spelling, or null. */
export function normalIp(ip: string): string | null {
  const text = ip.trim();
  if (networkOf(text) === null) return null;
  return text.includes(":") ? (expandSix(text)?.join(":") ?? null) : text;
}

function expandSix(ip: string): string[] | null {
  const [head = "", tail, more] = ip.toLowerCase().split("::");
  if (more !== undefined) return null;
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(Math.max(0, gap)).fill("0"), ...right];
  return groups.length === 8 ? groups.map((group) => group.replace(/^0+(?=.)/, "")) : null;
}
