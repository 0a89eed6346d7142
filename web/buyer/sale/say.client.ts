/* Announcements for screen readers. */

import { byId } from "../../ui/dom.client.ts";

/** Least time between two announcements in ms, whatever changes on the screen. */
const LEAST_BETWEEN_MS = 10_000;

let saidAtMs = Number.NEGATIVE_INFINITY;
let waiting: ReturnType<typeof setTimeout> | null = null;

/**
 * Announces a text at once, or when the last one is long enough ago; the newest text replaces a
 * waiting one.
 */
export function say(text: string): void {
  if (waiting !== null) clearTimeout(waiting);
  const speak = () => {
    waiting = null;
    saidAtMs = performance.now();
    byId("said").textContent = text;
  };
  const leftMs = saidAtMs + LEAST_BETWEEN_MS - performance.now();
  if (leftMs <= 0) speak();
  else waiting = setTimeout(speak, leftMs);
}
