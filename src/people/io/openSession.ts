/* Opens an operator session; every way to sign in ends here. */

import { randomBytes } from "node:crypto";
import type { Transaction } from "../../db/connect.ts";
import { OPERATOR_COOKIE } from "../../http/cookies.ts";
import { deviceName } from "../../access/device.ts";
import type { Answer } from "../../http/idempotency.ts";
import type { Role } from "../../access/role.ts";
import type { Factor } from "../../access/factor/secondFactor.ts";
import type { Keyring } from "../../access/io/keyring.ts";
import { insertOperatorSession } from "../../access/io/operatorStore.ts";
import type { RequestInput } from "../../http/requestInput.ts";

const SESSION_MS = 12 * 3_600_000;

/** A new session for an operator who has proved who it is. */
export async function openSession(
  tx: Transaction,
  keyring: Keyring,
  who: {
    readonly operatorId: string;
    readonly name: string;
    readonly role: Role;
    /** The second factor that was shown with it. */
    readonly factor: Factor | null;
    readonly request: RequestInput;
    readonly nowMs: number;
  },
): Promise<Answer> {
  const token = randomBytes(32).toString("hex");
  const { operatorId, name, role, factor, nowMs } = who;
  await insertOperatorSession(tx, {
    operatorId,
    factor,
    nowMs,
    expiresAtMs: nowMs + SESSION_MS,
    tokenKey: keyring.identityKey("operator", token),
    device: deviceName(who.request.headers["user-agent"] ?? ""),
  });
  const cookies = [{ name: OPERATOR_COOKIE, value: token }];
  return { status: 200, body: { session: token, name, role }, cookies };
}
