/*
 * States of a decision: in_force → overturned (an appeal was upheld) or final (it stands). Both are
 * final. Must never happen: a decision that has ended ends once more, as its unit has another owner.
 */

import { accepted, refused, type Result } from "../../base/result.ts";

export type DecisionState = "in_force" | "overturned" | "final";

interface InState {
  readonly state: DecisionState;
}

/** Commands on a decision, each with its conditions. */
export const decisionCan = {
  /** By an appeal; so only such a decision can be appealed against. */
  beOverturned({ state }: InState): Result<"overturned", "decision_ended"> {
    return state === "in_force" ? accepted("overturned") : refused("decision_ended");
  },

  /** It stands: an appeal was rejected, or the time to appeal has passed without one. */
  beClosed({ state }: InState): Result<"final", "decision_ended"> {
    return state === "in_force" ? accepted("final") : refused("decision_ended");
  },
};
