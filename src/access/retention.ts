const DAY_MS = 86_400_000;

/**
 * How long things are kept after they were needed. What belongs to a sale is kept until the sale's last deadline
 * has passed, besides. docs/guide/dpia.md and docs/reference/api.md publish these; a test compares them.
 */
export const KEPT_MS = {
  /** First answers, from the request: a client that was away for a week still finds its own. */
  answers: 7 * DAY_MS,
  /** Codes, from their end, and the messages that carry a sign-in code: long enough to look into a flood of them. */
  codes: DAY_MS,
  /** Other messages, from when they were written: long enough to ask why one did not come. */
  messages: 30 * DAY_MS,
  /** A sale is over no sooner than this after its close: its worker looks after late payments as long. */
  saleAfterClose: 30 * DAY_MS,
} as const;
