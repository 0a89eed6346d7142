/* A case as the console reads it. */

import type { reviewRoutes } from "../../../src/api/caseRoutes.ts";
import type { Answer } from "../ui/api.ts";

export type CaseDetail = Answer<typeof reviewRoutes.showCase>;

export interface Said {
  readonly id: string;
  readonly en: string;
  readonly bits?: number;
}

/** The analysis of a case, with masked values. */
export interface Findings {
  readonly orders: readonly { readonly order_id: string }[];
  readonly speaks_for_a_ring: readonly Said[];
  readonly speaks_against: readonly Said[];
  /** Cases of before have none. */
  readonly attached?: readonly {
    readonly order_id: string;
    readonly channel: string;
    readonly because: Said;
  }[];
  readonly shared_evidence: readonly {
    readonly attribute: string;
    readonly value: string;
    readonly orders: number;
    readonly members?: readonly number[];
  }[];
  readonly would_release: Said;
  readonly fields_not_given?: readonly string[];
}
