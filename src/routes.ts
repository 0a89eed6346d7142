/* Routes of the API, by the dependencies they need. `server.ts` mounts sign-in and notices, which need more. */

import type { FastifyInstance } from "fastify";
import { mountRights } from "./cases/account/io/rightsRoutes.ts";
import { mountAppealDesk } from "./cases/appeal/io/appealRoutes.ts";
import { mountOrderStatus } from "./cases/decision/io/orderStatusRoutes.ts";
import { mountDeliveries } from "./cases/deliveries/io/deliveryRoutes.ts";
import { mountDossiers } from "./cases/dossier/io/dossierRoutes.ts";
import { mountImports } from "./cases/imports/io/importRoutes.ts";
import {
  mountIntegrityDesk,
  mountOwnErrorDesk,
  mountOwnErrors,
} from "./cases/ownError/io/ownErrorRoutes.ts";
import { mountPolicies, mountPolicyCheck } from "./cases/policy/io/policyRoutes.ts";
import { mountCredits } from "./cases/remedy/io/creditRoutes.ts";
import { mountRemedies } from "./cases/remedy/io/remedyRoutes.ts";
import { mountReportDesk, mountReports } from "./cases/report/io/reportRoutes.ts";
import { mountBacktests } from "./cases/review/io/backtestRoutes.ts";
import { mountReview } from "./cases/review/io/reviewRoutes.ts";
import { mountSearch } from "./cases/search/io/searchRoutes.ts";
import type { HttpDeps } from "./http/call.ts";
import { mountBuyerSessions } from "./people/io/buyerSessionRoutes.ts";
import { mountFactors } from "./people/io/factorRoutes.ts";
import { mountLog } from "./people/io/logRoutes.ts";
import { mountPasskeys } from "./people/io/passkeyRoutes.ts";
import { mountStaff } from "./people/io/staffRoutes.ts";
import { mountPlans } from "./planning/planRoutes.ts";
import { mountRecord } from "./proof/io/recordRoutes.ts";
import { mountEntry } from "./sale/io/entryRoutes.ts";
import { mountOffers } from "./sale/io/offerRoutes.ts";
import { mountOperatorSales } from "./sale/io/operatorSaleRoutes.ts";
import { mountOrders } from "./sale/io/orderRoutes.ts";
import type { SaleDeps } from "./sale/io/requireSale.ts";
import { mountSales } from "./sale/io/saleRoutes.ts";
import { mountOwn } from "./sale/io/statusRoutes.ts";
import { mountMisfits } from "./sale/payment/io/misfitRoutes.ts";
import { mountTurns } from "./sale/turn/io/objectionRoutes.ts";

/** About sales: definition, line, offers, orders, the public record. */
export const SALE_ROUTES: readonly ((app: FastifyInstance, deps: SaleDeps) => void)[] = [
  mountBuyerSessions,
  mountSales,
  mountEntry,
  mountOwn,
  mountOffers,
  mountOrders,
  mountOperatorSales,
  mountRecord,
  mountPlans,
];

/** About decisions, and the people who make them. */
export const CASE_ROUTES: readonly ((app: FastifyInstance, deps: HttpDeps) => void)[] = [
  mountPasskeys,
  mountPolicies,
  mountPolicyCheck,
  mountReview,
  mountBacktests,
  mountRemedies,
  mountCredits,
  mountAppealDesk,
  mountDossiers,
  mountOrderStatus,
  mountOwnErrorDesk,
  mountOwnErrors,
  mountIntegrityDesk,
  mountReportDesk,
  mountReports,
  mountTurns,
  mountImports,
  mountDeliveries,
  mountMisfits,
  mountSearch,
  mountStaff,
  mountFactors,
  mountLog,
  mountRights,
];
