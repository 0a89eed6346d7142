import { byId, pageData } from "../../ui/dom.client.ts";
import { keepLanguage } from "../../ui/language.client.ts";
import { backoffMs, spread } from "../../ui/pace.ts";

/* Renews the numbers; without it the page is whole, and as old as it says it is. */

const { pollAfterMs } = pageData<{ pollAfterMs: number }>();
let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Fetches the page anew; returns how long the server asked to wait, ms, or null where it answered. */
async function renew(): Promise<number | null> {
  const reply = await fetch(location.href);
  if (!reply.ok) return 1_000 * Number(reply.headers.get("retry-after") ?? 0) || 0;
  const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
  const numbers = fresh.getElementById("board");
  if (numbers) byId("board").replaceChildren(...numbers.childNodes);
  return null;
}

/** Renews in a while; when the network is away, the time of the numbers says so. */
function renewIn(waitMs: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    // A page that nobody looks at asks nothing.
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
