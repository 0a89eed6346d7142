/* Operators' routes: sign-in, and a sale before and while it runs. */

import { z } from "zod";
import { logged, type RouteContract } from "./contract.ts";
import { role } from "./staffRoutes.ts";
import { WORK_PROBLEMS } from "./offerRoutes.ts";
import * as shapes from "./schemas.ts";

const name = z.string().min(2).max(64);
const password = z.string().min(10).max(200);
const PASSWORD_PROBLEMS = ["password_common", "password_guessable"] as const;
const invitation = z.string().regex(/^[0-9a-f]{64}$/);
const saleState = z.object({
  slug: z.string(),
  state: z.enum(["draft", "live", "paused", "closed"]),
});
const saleAction = (
  id: string,
  verb: string,
  summary: string,
  problems: RouteContract["problems"],
) =>
  logged(
    {
      id,
      cost: "database",
      method: "POST",
      path: `/v1/operator/sales/:slug/${verb}`,
      summary,
      auth: "operator",
      capability: "sale.manage",
      repeat: "stored",
      params: shapes.saleParams,
      status: 200,
      response: saleState,
      problems: ["sale_not_found", "sale_closed", ...problems],
    },
    { action: verb, subject: ({ params }) => params.slug },
  );

/** Routes of operators. */
export const operatorRoutes = {
  acceptInvitation: logged(
    {
      id: "acceptInvitation",
      cost: "password",
      method: "POST",
      path: "/v1/operators/invitation",
      summary:
        "Set name and password with an invitation (the first one is printed at the first start)",
      auth: "public",
      repeat: "stored",
      body: z.strictObject({ invitation, name, password }),
      status: 201,
      response: z.object({ name: z.string(), role }),
      problems: ["invitation_invalid", "name_taken", "name_unclear", ...PASSWORD_PROBLEMS],
    },
    {
      who: (_, answer) => answer.name,
      action: "accepted invitation",
      subject: (_, answer) => answer.role,
    },
  ),
  signInOperator: {
    id: "signInOperator",
    cost: "password",
    method: "POST",
    path: "/v1/operators/session",
    summary: "Sign in with name and password; sets a cookie",
    auth: "public",
    repeat: "stored",
    body: z.strictObject({
      name,
      password: z.string().min(1).max(200),
      /** The solution of the challenge in `work_required`. */
      work: z.string().min(1).max(2_000).optional(),
    }),
    status: 200,
    response: z.object({ session: z.string(), name: z.string(), role }),
    problems: ["password_wrong", ...WORK_PROBLEMS],
  },
  changePassword: logged(
    {
      id: "changePassword",
      cost: "password",
      method: "POST",
      path: "/v1/operator/password",
      summary: "Change my password; my other sessions end",
      auth: "operator",
      capability: "sale.read",
      repeat: "stored",
      body: z.strictObject({ old: z.string().min(1).max(200), new: password }),
      status: 200,
      response: shapes.acknowledged,
      problems: ["old_password_wrong", ...PASSWORD_PROBLEMS],
    },
    { action: "changed password", subject: () => "own" },
  ),
  signOutOperator: {
    id: "signOutOperator",
    beforeFactor: ["give", "set_up"],
    cost: "database",
    logs: "never: one's own session",
    method: "POST",
    path: "/v1/operators/sign-out",
    summary: "End this session",
    auth: "operator",
    capability: "sale.read",
    repeat: "stored",
    status: 200,
    response: shapes.acknowledged,
    problems: [],
  },
  invite: logged(
    {
      id: "invite",
      cost: "database",
      method: "POST",
      path: "/v1/operator/invitations",
      summary: "Invite a person with a role; the answer holds the link's secret, once",
      auth: "operator",
      capability: "people.manage",
      repeat: "stored",
      body: z.strictObject({ role }),
      status: 201,
      response: z.object({ invitation, role, expiresAt: shapes.instant }),
      problems: [],
    },
    { action: "invited", subject: ({ body }) => body.role },
  ),
  listOperatorSales: {
    id: "listOperatorSales",
    cost: "database",
    method: "GET",
    path: "/v1/operator/sales",
    summary: "All sales, drafts too",
    auth: "operator",
    capability: "sale.read",
    status: 200,
    response: z.object({ sales: z.array(shapes.saleInfo) }),
    problems: [],
  },
  createSale: logged(
    {
      id: "createSale",
      cost: "database",
      method: "POST",
      path: "/v1/operator/sales",
      summary: "Create a sale from a sale file",
      auth: "operator",
      capability: "sale.manage",
      repeat: "stored",
      body: z.record(z.string(), z.unknown()),
      bodyLimitBytes: 262_144,
      status: 201,
      response: shapes.saleInfo,
      problems: ["sale_file_invalid", "sale_exists"],
    },
    { action: "create", subject: (_, answer) => answer.slug },
  ),
  openSale: saleAction("openSale", "open", "Make a draft live; its own times open and close it", [
    "sale_not_draft",
    "policy_missing",
  ]),
  pauseSale: saleAction("pauseSale", "pause", "Stop offers and deadlines; places are kept", [
    "sale_not_live",
  ]),
  resumeSale: saleAction(
    "resumeSale",
    "resume",
    "Go on; deadlines move by the length of the pause",
    ["sale_not_paused"],
  ),
  closeSale: saleAction("closeSale", "close", "No further entry and no further offer", []),
  showLive: {
    id: "showLive",
    cost: "database",
    method: "GET",
    path: "/v1/operator/sales/:slug/live",
    summary: "Entrants, line, offers, orders and stock, now",
    auth: "operator",
    capability: "sale.read",
    params: shapes.saleParams,
    status: 200,
    response: z.object({
      slug: z.string(),
      state: z.enum(["draft", "live", "paused", "closed"]),
      message: shapes.text.nullable(),
      answers: shapes.answerTimes,
      rounds: z.array(
        z.object({
          roundNo: z.number().int(),
          phase: z.enum(["upcoming", "lobby", "open", "over"]),
          entryCount: z.number().int(),
          withdrawnCount: z.number().int(),
          waitingCount: z.number().int(),
          overLimitCount: z.number().int(),
          sharedTurnCount: z.number().int(),
          /** Windows in which the search for people with several entries failed. */
          turnFaultCount: z.number().int(),
          /** Closed windows that wait for a beacon round; null if none does. */
          beaconWait: z
            .object({
              windowCount: z.number().int(),
              beaconRoundNo: z.number().int(),
              since: shapes.instant,
            })
            .nullable(),
          offers: z.record(z.string(), z.number().int()),
          orders: z.record(z.string(), z.number().int()),
          refundsDueCount: z.number().int(),
          backfilledUnits: z.number().int(),
          stock: z.array(shapes.stockLine),
        }),
      ),
    }),
    problems: ["sale_not_found"],
  },
  listOutbox: {
    id: "listOutbox",
    cost: "database",
    method: "GET",
    path: "/v1/operator/outbox",
    summary:
      "Messages, newest first: to whom (masked) and what became of them; no code and no link",
    auth: "operator",
    capability: "outbox.read",
    query: z.object({
      limit: z.coerce.number().int().min(1).max(10_000).default(100),
      lang: z.string().optional(),
    }),
    status: 200,
    response: z.object({
      messages: z.array(
        z.object({
          messageId: z.number().int(),
          kind: z.string(),
          to: z.string(),
          state: z.enum(["waiting", "sent", "given_up"]),
          subject: z.string(),
          text: z.string(),
          createdAt: shapes.instant,
          sentAt: shapes.instant.nullable(),
        }),
      ),
    }),
    problems: [],
  },
} as const satisfies Record<string, RouteContract>;
