import { byId } from "../../ui/dom.client.ts";

/** A reader's software is not interrupted more often than this, whatever changes on the screen. */
const LEAST_BETWEEN_MS = 10_000;

let saidAtMs = Number.NEGATIVE_INFINITY;
let waiting: ReturnType<typeof setTimeout> | null = null;

/** Says something to those who listen: at once, or when the last word is long enough ago; the newest wins. */
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
