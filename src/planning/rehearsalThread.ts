/* Thread entry: runs one rehearsal. */

import { rehearse, type Rehearsal, type RehearsalTask } from "../crowd/rehearsal.ts";
import type { ThreadContract } from "../threads/protocol.ts";
import { serveThread } from "../threads/serve.ts";

export type RehearsalThread = ThreadContract<RehearsalTask, Rehearsal>;

serveThread<RehearsalThread>(rehearse);
