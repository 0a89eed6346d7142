/** Who works here. `owner` may do everything and invites the others. */
export type Role = "owner" | "operator" | "reviewer" | "approver" | "auditor";

export const ROLES: readonly Role[] = ["owner", "operator", "reviewer", "approver", "auditor"];

/** What a route may ask for. `sale.read` is everybody's: to look never harms a sale. */
export type Capability = "sale.read" | "sale.manage" | "outbox.read" | "people.manage";

const CAPABILITIES: Readonly<Record<Role, readonly Capability[]>> = {
  owner: ["sale.read", "sale.manage", "outbox.read", "people.manage"],
  operator: ["sale.read", "sale.manage", "outbox.read"],
  reviewer: ["sale.read"],
  approver: ["sale.read"],
  auditor: ["sale.read"],
};

export function roleCan(role: Role, capability: Capability): boolean {
  return CAPABILITIES[role].includes(capability);
}
