/* The figures of the story, all of them about a synthetic crowd. */

import type { Text } from "../../src/base/language.ts";

/** The figures. */
export interface IncidentFacts {
  readonly entrants: number;
  readonly units: number;
  /**
   * Second entries with the same number or account: refused at joining, so no order was cancelled
   * for them.
   */
  readonly secondEntriesRefused: number;
  readonly orders: number;
  readonly ringOrders: number;
  readonly genuineOrders: number;
  /** Every order that was won, for the picture: whether a ring's, and its outcome then and here. */
  readonly dots: readonly {
    readonly ring: boolean;
    readonly cancelledThen: boolean;
    readonly now: "stands" | "cancelled" | "given_back" | "owed_and_served";
  }[];
  /** The rules announced in 2021, applied to the same orders. */
  readonly oldRules: {
    readonly cancelled: number;
    readonly genuineHit: number;
    readonly ringStopped: number;
  };
  /** Why a policy like that of 2021 cannot be published here. */
  readonly policyIssues: readonly { readonly field: string; readonly reason: string }[];
  readonly cases: number;
  readonly massCancel: {
    readonly orders: number;
    readonly accountsWithOneOrder: number;
    readonly moneyMinorUnits: number;
    readonly sellerCancelRate: Readonly<Record<string, { now: number; after: number }>>;
    readonly sampleCases: number;
    readonly refusedWith: Text;
  };
  readonly decided: {
    readonly casesCancelled: number;
    readonly casesReleased: number;
    readonly ordersCancelled: number;
    readonly genuineHit: number;
    readonly ringStopped: number;
    readonly announcedBeforeNotices: string;
    readonly exampleNotice: Text;
  };
  readonly notices: {
    readonly delivered: number;
    readonly bounced: number;
    readonly hours: number | null;
  };
  readonly appeals: {
    readonly filed: number;
    readonly upheld: number;
    readonly late: number;
    readonly rejected: number;
    readonly hours: number | null;
  };
  readonly remedies: {
    readonly unitsBack: number;
    readonly entitlements: number;
    readonly served: number;
    readonly carvedOfPublic: number;
    readonly makeUpUnits: number;
  };
  /** Genuine buyers who had won a unit and ended without one. */
  readonly genuineLeftOut: number;
  readonly ownError: { readonly share: number; readonly low: number; readonly high: number };
  readonly faults: readonly string[];
}
