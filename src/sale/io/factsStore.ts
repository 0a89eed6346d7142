/*
 * Facts of an order (address, device, network) for integrity. Decrypted only in the memory of code
 * that needs them; never logged.
 */

import type { Query } from "../../db/connect.ts";
import type { Contact } from "../../access/contact.ts";
import type { Keyring } from "../../access/io/keyring.ts";
import { saysNothing } from "../../integrity/normalise/placeholders.ts";
import { normalUserAgent } from "../../integrity/normalise/userAgent.ts";
import { cookieOf, DEVICE_COOKIE } from "../../http/cookies.ts";
import type { RequestInput } from "../../http/requestInput.ts";

/** Facts of an order, in the clear. */
export interface OrderFacts {
  readonly name?: string;
  readonly phone?: string;
  readonly email?: string;
  readonly address?: string;
  readonly district?: string;
  readonly city?: string;
  readonly deviceId?: string;
  readonly ip?: string;
  /** Model of a phone and family of a browser; in older orders the whole text, which means the same. */
  readonly userAgent?: string;
}

/** Limit until a closed sale's policy sets its own; that counts from the closing. */
export const FACTS_KEPT_AT_MOST_MS = 365 * 86_400_000;

/** Apps send a device number in this header; browsers have a cookie. A number that means "not given" is none. */
const DEVICE_HEADER = "giliran-device";

export interface Delivery {
  readonly name: string;
  readonly phone?: string | undefined;
  readonly address: string;
  readonly district?: string | undefined;
  readonly city?: string | undefined;
}

function deviceOf(request: Pick<RequestInput, "headers" | "cookies">): string | undefined {
  const header = request.headers[DEVICE_HEADER];
  const device = typeof header === "string" ? header : cookieOf(request.cookies, DEVICE_COOKIE);
  if (device === undefined || !/^[\w-]{8,64}$/.test(device)) return undefined;
  return saysNothing("device", device) ? undefined : device;
}

/** Collects a request's facts: the orderer, the device, the network. */
export function collectFacts(
  keyring: Keyring,
  contactCipher: Buffer | null,
  came: { readonly request: RequestInput; readonly delivery: Delivery | undefined },
): OrderFacts {
  const { request, delivery } = came;
  const contact =
    contactCipher === null ? null : (JSON.parse(keyring.decrypt(contactCipher)) as Contact);
  const userAgent = normalUserAgent(request.headers["user-agent"]?.slice(0, 300) ?? "");
  const deviceId = deviceOf(request);
  return {
    ...(contact?.kind === "phone" ? { phone: contact.value } : {}),
    ...(contact?.kind === "email" ? { email: contact.value } : {}),
    ...(delivery as OrderFacts | undefined),
    ...(deviceId === undefined ? {} : { deviceId }),
    ...(userAgent === null ? {} : { userAgent }),
    ip: request.ip,
  };
}

/** Encrypts the facts of a new order. */
export const factsCipher = (keyring: Keyring, facts: OrderFacts): Buffer =>
  keyring.encrypt(JSON.stringify(facts));

/** Decrypts the facts of an order. */
export function readFacts(keyring: Keyring, cipher: Uint8Array): OrderFacts {
  return JSON.parse(keyring.decrypt(cipher)) as OrderFacts;
}

/** The stored facts of an order; null if they have expired, or the order does not exist. */
export async function readFactsCipher(
  sql: Query,
  saleNo: number,
  orderId: string,
): Promise<Buffer | null> {
  const [row] = await sql<{ cipher: Buffer }[]>`
    select facts_cipher as cipher from order_facts
    where sale_no = ${saleNo} and order_id = ${orderId}`;
  return row?.cipher ?? null;
}
