/* Conditions of routes about people: on their caller, and on typed names. */

import { capabilitiesOf } from "../../access/role.ts";
import { lockActive } from "../../access/io/operatorStore.ts";
import { readName } from "../../access/staffName.ts";
import type { Transaction } from "../../db/connect.ts";
import type { OperatorIdentity } from "../../http/identify.ts";
import { Refusal } from "../../http/problem.ts";

/** Sessions, views and passkeys belong to a person; an API key has none. */
export function requirePerson(operator: OperatorIdentity): OperatorIdentity {
  if (operator.kind !== "person") throw new Refusal("not_allowed");
  return operator;
}

/**
 * A person who may still manage people when the transaction ends: whoever leaves at this moment
 * waits, or has left before. Without it a key or an invitation could be made just after its maker
 * left.
 */
export async function requireManager(
  tx: Transaction,
  operator: OperatorIdentity,
): Promise<OperatorIdentity> {
  const role = await lockActive(tx, requirePerson(operator).operatorId);
  if (role === null) throw new Refusal("sign_in_required");
  if (!capabilitiesOf(role).includes("people.manage")) throw new Refusal("not_allowed");
  return operator;
}

/** A name as it is kept and shown. */
export function requireName(text: string): string {
  const name = readName(text);
  if (name === null) throw new Refusal("name_unclear");
  return name;
}
