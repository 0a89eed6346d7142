/* Thread entry: masks the orders of the error sample and finds what they share with the sale's others. */

import type { ThreadContract } from "../../../threads/protocol.ts";
import { serveThread } from "../../../threads/serve.ts";
import { sampleViews, type SampleRecord, type SampleView } from "../sampleView.ts";

interface SampleTask {
  readonly records: readonly SampleRecord[];
  /** Ids of the sampled orders. */
  readonly wanted: readonly string[];
}

export type SampleThread = ThreadContract<
  SampleTask,
  readonly { readonly orderId: string; readonly view: SampleView }[]
>;

serveThread<SampleThread>(({ records, wanted }) => sampleViews(records, new Set(wanted)));
