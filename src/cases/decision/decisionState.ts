export type DecisionState = "in_force" | "overturned" | "final";
