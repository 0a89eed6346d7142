/** Roles of the operators. `owner` may do everything and invites the others. */
export type Role = "owner" | "operator" | "reviewer" | "approver" | "auditor";

export const ROLES: readonly Role[] = ["owner", "operator", "reviewer", "approver", "auditor"];

/** Permissions that a route may require. Reading needs none: it cannot harm a sale. */
export const CAPABILITIES = [
  "sale.read",
  "sale.manage",
  "outbox.read",
  "people.manage",
  "policy.manage",
  "case.decide",
  "case.unmask",
  "batch.manage",
  "batch.approve",
  "appeal.decide",
  "remedy.manage",
  "report.publish",
] as const;
export type Capability = (typeof CAPABILITIES)[number];

const ROLE_CAPABILITIES: Readonly<Record<Role, readonly Capability[]>> = {
  owner: CAPABILITIES,
  operator: [
    "sale.read",
    "sale.manage",
    "outbox.read",
    "policy.manage",
    "batch.manage",
    "batch.approve",
    "remedy.manage",
    "report.publish",
  ],
  reviewer: ["sale.read", "case.decide", "case.unmask", "appeal.decide"],
  approver: ["sale.read", "batch.approve", "appeal.decide"],
  auditor: ["sale.read"],
};

export function capabilitiesOf(role: Role): readonly Capability[] {
  return ROLE_CAPABILITIES[role];
}
