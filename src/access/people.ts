/*
 * Rules for changing roles. An installation must never be left without an owner: only its database
 * could repair that.
 */

import { accepted, refused, type Result } from "../base/result.ts";
import type { Role } from "./role.ts";

/** An operator, as far as a change of roles needs to know. */
export interface Colleague {
  readonly operatorId: string;
  readonly role: Role;
  readonly state: "active" | "invited" | "left";
}

/**
 * Whether an operator may get another role, or leave (null). At least one owner has to remain, who
 * can invite others.
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
