/* Retention periods of personal data. */

const DAY_MS = 86_400_000;

/**
 * Retention periods. Data of a sale are kept at least until the sale's last deadline.
 * docs/guide/dpia.md and docs/reference/api.md publish these periods; a test compares them.
 */
export const KEPT_MS = {
  /**
   * Stored first answers, from the request: a client that was offline for a week still finds its
   * own.
   */
  answers: 7 * DAY_MS,
  /**
   * Codes from their expiry, and the messages that carry a sign-in code: long enough to investigate
   * a flood of codes.
   */
  codes: DAY_MS,
  /** Other messages, from their creation: long enough to investigate a missing message. */
  messages: 30 * DAY_MS,
  /**
   * A sale counts as under way this long after its close: its worker handles late payments until
   * then.
   */
  saleAfterClose: 30 * DAY_MS,
} as const;
