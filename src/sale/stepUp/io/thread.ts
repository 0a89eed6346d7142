import type { ThreadContract } from "../../../threads/protocol.ts";
import { serveThread } from "../../../threads/serve.ts";
import type { Doubt } from "../../doubt.ts";
import { scoreOrder, type ScorerTask } from "./scoreOrder.ts";

/* Scores orders beside the server, which goes on answering meanwhile. */

export type ScorerThread = ThreadContract<ScorerTask, Doubt | null>;

serveThread<ScorerThread>(scoreOrder);
