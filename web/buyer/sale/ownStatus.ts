/* A buyer's own state in a round, as the sale page reads it from the API. */

import type { Answer } from "../../../src/api/contract.ts";
import type { buyerRoutes } from "../../../src/api/routes.ts";

/** The answer of the API about one buyer. */
export type OwnStatus = Answer<typeof buyerRoutes.showOwnStatus>;
export type Method = NonNullable<OwnStatus["order"]>["paymentMethod"];
