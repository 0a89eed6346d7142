/* Keeps the board's numbers current. Without this script the page is complete and shows its age. */

import { isBehind, type BoardMark } from "../../../src/sale/board.ts";
import { byId, pageData } from "../../ui/dom.client.ts";
import { keepLanguage } from "../../ui/language.client.ts";
import { backoffMs, spread } from "../../ui/pace.ts";

const { pollAfterMs } = pageData<{ pollAfterMs: number }>();
let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
/** The newest board shown. */
let mark = markOf(byId("board"));

function markOf({ dataset }: HTMLElement): BoardMark {
  return { revisionNo: Number(dataset["revision"]), cameAtMs: performance.now() };
}

/**
 * Replaces the numbers unless they are older than those shown; returns the wait in ms that the server asked for, or null if it answered.
 */
async function renew(): Promise<number | null> {
  const reply = await fetch(location.href);
  if (!reply.ok) return 1_000 * Number(reply.headers.get("retry-after") ?? 0) || 0;
  const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
  const numbers = fresh.getElementById("board");
  if (!numbers) return null;
  const next = markOf(numbers);
  if (isBehind(mark, next)) return null;
  mark = next;
  byId("board").replaceChildren(...numbers.childNodes);
  return null;
}

/** Schedules the next renewal; without network, the page shows how old its numbers are. */
function renewIn(waitMs: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    // A hidden page asks nothing.
    if (document.hidden) return;
    void renew()
      .catch(() => 0)
      .then((retryAfterMs) => {
        failures = retryAfterMs === null ? 0 : failures + 1;
        renewIn(
          retryAfterMs === null
            ? spread(pollAfterMs, Math.random())
            : backoffMs(failures, Math.random(), retryAfterMs),
        );
      });
  }, waitMs);
}

if (keepLanguage()) {
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) renewIn(failures === 0 ? 0 : backoffMs(failures, Math.random()));
  });
  renewIn(spread(pollAfterMs, Math.random()));
}
