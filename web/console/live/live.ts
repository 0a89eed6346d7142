/* The live figures of a sale, as the API sends them. */

import type { operatorRoutes } from "../../../src/api/operatorRoutes.ts";
import type { Answer } from "../ui/api.ts";

export type Live = Answer<typeof operatorRoutes.showLive>;
