import { rehearse, type Rehearsal, type RehearsalTask } from "../crowd/rehearsal.ts";
import type { ThreadContract } from "../threads/protocol.ts";
import { serveThread } from "../threads/serve.ts";

/* Plays a made-up crowd through a sale, in a thread: it takes a processor for seconds. */

export type RehearsalThread = ThreadContract<RehearsalTask, Rehearsal>;

serveThread<RehearsalThread>(rehearse);
