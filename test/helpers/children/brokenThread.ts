import type { ScorerThread } from "../../../src/sale/stepUp/io/thread.ts";
import { serveThread } from "../../../src/threads/serve.ts";

/* A scorer that breaks at its first order, or says nothing at all. */

serveThread<ScorerThread>(({ saleNo }) => {
  if (saleNo !== 2) throw new Error("broken on purpose");
  return new Promise<never>(() => undefined);
});
