import type { Query } from "../../db/connect.ts";
import type { Contact } from "../../access/contact.ts";
import type { Keyring } from "../../access/io/keyring.ts";
import { cookieOf, DEVICE_COOKIE } from "../../http/cookies.ts";
import type { RequestInput } from "../../http/requestInput.ts";

/** What an order was made with. Plain only in the memory of whoever has to look at it. */
export interface OrderFacts {
  readonly name?: string;
  readonly phone?: string;
  readonly email?: string;
  readonly address?: string;
  readonly district?: string;
  readonly city?: string;
  readonly deviceId?: string;
  readonly ip?: string;
  readonly userAgent?: string;
}

/** Until a closed sale's policy says otherwise; then its own days count from the closing. */
export const FACTS_KEPT_AT_MOST_MS = 365 * 86_400_000;

/** Apps send a number of the device in it; browsers have it as a cookie. */
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
  return device !== undefined && /^[\w-]{8,64}$/.test(device) ? device : undefined;
}

/** What a request says of who orders, and from where. */
export function collectFacts(
  keyring: Keyring,
  contactCipher: Buffer | null,
  came: { readonly request: RequestInput; readonly delivery: Delivery | undefined },
): OrderFacts {
  const { request, delivery } = came;
  const contact =
    contactCipher === null ? null : (JSON.parse(keyring.decrypt(contactCipher)) as Contact);
  const userAgent = request.headers["user-agent"]?.slice(0, 300);
  const deviceId = deviceOf(request);
  return {
    ...(contact?.kind === "phone" ? { phone: contact.value } : {}),
    ...(contact?.kind === "email" ? { email: contact.value } : {}),
    ...(delivery as OrderFacts | undefined),
    ...(deviceId === undefined ? {} : { deviceId }),
    ...(userAgent === undefined ? {} : { userAgent }),
    ip: request.ip,
  };
}

/** The facts of a new order as they are stored. */
export const factsCipher = (keyring: Keyring, facts: OrderFacts): Buffer =>
  keyring.encrypt(JSON.stringify(facts));

/** The facts of an order, in the clear. */
export function readFacts(keyring: Keyring, cipher: Uint8Array): OrderFacts {
  return JSON.parse(keyring.decrypt(cipher)) as OrderFacts;
}

/** The facts of an order as they are stored; null where their time is over, or there is no such order. */
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
