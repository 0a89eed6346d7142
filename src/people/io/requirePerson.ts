/* Routes that only a person may use. */

import type { OperatorIdentity } from "../../http/identify.ts";
import { Refusal } from "../../http/problem.ts";

/** Sessions, views and passkeys belong to a person; an API key has none. */
export function requirePerson(operator: OperatorIdentity): OperatorIdentity {
  if (operator.kind !== "person") throw new Refusal("not_allowed");
  return operator;
}
