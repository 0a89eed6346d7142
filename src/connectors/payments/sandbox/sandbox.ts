/*
 * A payment service in which no money moves, for trials, rehearsals and tests. Its reports are
 * signed like real ones. In a real sale anybody could mark an order as paid with it, so it must be
 * switched on.
 */

import { MacKey, sameText } from "../../../access/io/mac.ts";
import type { Keyring } from "../../../access/io/keyring.ts";
import { sha256, utf8 } from "../../../base/hash.ts";
import type { PaymentProvider, RefundRequest } from "../port.ts";

/** Header with the signature: HMAC-SHA-256 over the raw body, in hex. */
export const SANDBOX_SIGNATURE = "sandbox-signature";

/** The sandbox. Its pay page lets a person pay, fail, or report a payment twice. */
export function createSandbox(
  keyring: Pick<Keyring, "identityKey">,
  baseUrl: () => string,
  /** Reports the refund as a real service's webhook would, later. */
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
