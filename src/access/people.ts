import { accepted, refused, type Result } from "../base/result.ts";
import type { Role } from "./role.ts";

/** A person who works here, as far as a change of roles must know. */
export interface Colleague {
  readonly operatorId: string;
  readonly role: Role;
  readonly state: "active" | "invited" | "left";
}

/**
 * Whether a person may get another role, or leave (null). Somebody must always be there who can invite
 * others: an installation without an owner can be repaired by its database alone.
 */
export function mayChange(
  people: readonly Colleague[],
  operatorId: string,
  next: Role | null,
): Result<Colleague, "person_not_found" | "last_owner"> {
  const one = people.find((person) => person.operatorId === operatorId && person.state !== "left");
  if (!one) return refused("person_not_found");
  const owners = people.filter((person) => person.state === "active" && person.role === "owner");
  const lastOwner = owners.length === 1 && owners[0] === one;
  if (lastOwner && next !== "owner") return refused("last_owner");
  return accepted(one);
}
