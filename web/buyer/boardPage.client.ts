import { byId, pageData } from "../ui/dom.client.ts";

/* Renews the numbers; without it the page is whole, and as old as it says it is. */

const { pollAfterMs } = pageData<{ pollAfterMs: number }>();

async function renew(): Promise<void> {
  const reply = await fetch(location.href);
  if (!reply.ok) return;
  const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
  const numbers = fresh.getElementById("board");
  if (numbers) byId("board").replaceChildren(...numbers.childNodes);
}

setInterval(
  () => {
    // A page that nobody looks at asks nothing; when the network is away, the time of the numbers says so.
    if (!document.hidden) void renew().catch(() => undefined);
  },
  Math.max(2_000, pollAfterMs),
);
