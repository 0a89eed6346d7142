import { MacKey, sameText } from "../../../access/io/mac.ts";
import type { Keyring } from "../../../access/io/keyring.ts";
import { sha256, utf8 } from "../../../base/hash.ts";
import type { PaymentProvider, RefundRequest } from "../port.ts";

/** The header that carries the sandbox's signature: hexadecimal HMAC-SHA-256 over the raw body. */
export const SANDBOX_SIGNATURE = "sandbox-signature";

/**
 * A payment service that takes no money: for trying out, rehearsals and tests. Its webhook is signed
 * like a real one's, and its pay page lets a person pay, fail, or pay late and twice.
 */
export function createSandbox(
  keyring: Pick<Keyring, "identityKey">,
  baseUrl: () => string,
  /** Reports that money went back: what a real service does later, by its webhook. */
  reportRefund: (refund: RefundRequest) => Promise<"taken" | "refused"> = async () => "taken",
): PaymentProvider & { sign: (rawBody: string) => string } {
  const key = new MacKey(sha256(utf8(keyring.identityKey("sandbox", "webhook"))));
  return {
    name: "sandbox",
    payUrl: (payment) => `${baseUrl()}/sandbox/pay/${payment.reference}`,
    sign: (rawBody) => key.hex(rawBody),
    isGenuine: (rawBody, signature) =>
      signature !== undefined && sameText(key.hex(rawBody), signature),
    refund: reportRefund,
  };
}
