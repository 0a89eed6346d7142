/* Sets of IP addresses and networks, as the settings list trusted proxies. */

import { BlockList, isIP } from "node:net";
import { plainAddress } from "../address.ts";

/**
 * Named networks that are not routed on the internet, with the names that other servers use for
 * them.
 */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ["127.0.0.0/8", "::1"],
  linklocal: ["169.254.0.0/16", "fe80::/10"],
  uniquelocal: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
};

const familyOf = (address: string) => (isIP(address) === 6 ? "ipv6" : "ipv4");

/** Adds an address, a network or a named network; false if the text is none of these. */
function addNetwork(list: BlockList, text: string): boolean {
  const named = NAMED[text];
  if (named) return named.every((one) => addNetwork(list, one));
  const [address = "", prefix, ...more] = text.split("/");
  if (isIP(address) === 0 || more.length > 0) return false;
  const family = familyOf(address);
  if (prefix === undefined) {
    list.addAddress(address, family);
    return true;
  }
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > (family === "ipv6" ? 128 : 32)) return false;
  list.addSubnet(address, Number(prefix), family);
  return true;
}

/**
 * Whether a text is an address ("10.0.0.7"), a network ("10.0.0.0/8") or a named network
 * ("loopback").
 */
export const isNetwork = (text: string): boolean => addNetwork(new BlockList(), text);

/** A set of addresses and networks. */
export class Networks {
  readonly #list = new BlockList();

  constructor(texts: readonly string[]) {
    const wrong = texts.find((text) => !addNetwork(this.#list, text));
    if (wrong !== undefined) throw new Error(`"${wrong}" is no address and no network`);
  }

  has(address: string): boolean {
    const plain = plainAddress(address);
    return isIP(plain) !== 0 && this.#list.check(plain, familyOf(plain));
  }
}
