/* Thread that scores orders; the server stays responsive. */

import type { ThreadContract } from "../../../threads/protocol.ts";
import { serveThread } from "../../../threads/serve.ts";
import type { Doubt } from "../../doubt.ts";
import { scoreOrder, type ScorerTask } from "./scoreOrder.ts";

export type ScorerThread = ThreadContract<ScorerTask, Doubt | null>;

serveThread<ScorerThread>(scoreOrder);
