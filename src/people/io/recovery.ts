/* A new way in for an operator who was locked out, for the command line. */

import { randomBytes } from "node:crypto";
import type { Sql } from "../../db/connect.ts";
import type { Keyring } from "../../access/io/keyring.ts";
import {
  findOperatorByName,
  insertRecovery,
  logOperatorAction,
} from "../../access/io/operatorStore.ts";
import { invite, INVITATION_MS } from "./operatorRoutes.ts";

/** The name of the command line in the operator log. */
const COMMAND_LINE = "command line";

/**
 * The secret of a link that gives a colleague a new password, or makes a new owner if no name is
 * given. Null if nobody who works here has the name.
 */
export async function recoverOperator(
  sql: Sql,
  keyring: Keyring,
  name: string | null,
  nowMs: number,
): Promise<string | null> {
  return await sql.begin(async (tx) => {
    const operator = name === null ? null : await findOperatorByName(tx, name);
    if (name !== null && (operator?.passwordHash ?? null) === null) return null;
    await logOperatorAction(tx, {
      operatorName: COMMAND_LINE,
      action: "made a recovery link",
      subject: name ?? "new owner",
      nowMs,
    });
    if (operator === null) {
      const made = await invite(tx, keyring, { role: "owner", invitedBy: null, nowMs });
      return made.invitation;
    }
    const invitation = randomBytes(32).toString("hex");
    const tokenKey = keyring.identityKey("invitation", invitation);
    const { operatorId } = operator;
    const expiresAtMs = nowMs + INVITATION_MS;
    await insertRecovery(tx, { tokenKey, operatorId, nowMs, expiresAtMs });
    return invitation;
  });
}
