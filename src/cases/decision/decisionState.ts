/*
 * States of a decision: in_force → overturned (an appeal was upheld) or final (it stands). Both are
 * final.
 */

export type DecisionState = "in_force" | "overturned" | "final";
