/* Routes of second factors, and of the company's own login for people who work here. */

import { z } from "zod";
import { logged, type RouteContract } from "./contract.ts";
import { role } from "./staffRoutes.ts";
import { acknowledged, uuid } from "./schemas.ts";

const stored = { auth: "operator", repeat: "stored", method: "POST", status: 200 } as const;
const ownStored = { ...stored, capability: "sale.read", cost: "database" } as const;
const manage = { ...stored, capability: "people.manage", cost: "database" } as const;
/** A code of an app, or a recovery code as it is printed. */
const code = z.string().trim().min(6).max(32);
const recoveryCodes = z.array(z.string());
const session = z.object({ session: z.string(), name: z.string(), role });

export const factorRoutes = {
  showFactors: {
    id: "showFactors",
    cost: "database",
    method: "GET",
    path: "/v1/operator/second-factor",
    summary: "My second factors, and whether my role demands one",
    auth: "operator",
    capability: "sale.read",
    beforeFactor: ["give", "set_up"],
    status: 200,
    response: z.object({
      hasTotp: z.boolean(),
      passkeyCount: z.number().int(),
      recoveryCodesLeft: z.number().int(),
      demanded: z.boolean(),
      hasLogin: z.boolean(),
    }),
    problems: [],
  },
  giveFactor: {
    ...ownStored,
    id: "giveFactor",
    logs: "never: one's own session",
    path: "/v1/operator/second-factor",
    summary: "Show the second factor after the password: a code of the app, or a recovery code",
    beforeFactor: ["give"],
    body: z.strictObject({ code }),
    response: acknowledged,
    problems: ["factor_wrong"],
  },
  askTotp: {
    ...ownStored,
    id: "askTotp",
    logs: "never: nothing is set up yet",
    path: "/v1/operator/second-factor/app/question",
    summary: "A new secret for an authenticator app; a code of it confirms it",
    beforeFactor: ["set_up"],
    response: z.object({ secret: z.string(), address: z.string() }),
    problems: ["factor_exists"],
  },
  addTotp: logged(
    {
      ...ownStored,
      id: "addTotp",
      path: "/v1/operator/second-factor/app",
      summary: "Confirm the app by a code; answers recovery codes, once. Other sessions end",
      beforeFactor: ["set_up"],
      body: z.strictObject({ code }),
      response: z.object({ recoveryCodes }),
      problems: ["factor_wrong", "factor_exists"],
    },
    { action: "set up second factor", subject: () => "app" },
  ),
  removeTotp: logged(
    {
      ...ownStored,
      id: "removeTotp",
      path: "/v1/operator/second-factor/app/removal",
      summary: "Remove the app; asks for a code of it, or a recovery code",
      body: z.strictObject({ code }),
      response: acknowledged,
      problems: ["factor_wrong", "factor_demanded"],
    },
    { action: "removed second factor", subject: () => "app" },
  ),
  makeRecoveryCodes: logged(
    {
      ...ownStored,
      id: "makeRecoveryCodes",
      path: "/v1/operator/second-factor/recovery-codes",
      summary: "New recovery codes, shown once; earlier ones end. With an app it asks for its code",
      body: z.strictObject({ code: code.nullable().default(null) }),
      response: z.object({ recoveryCodes }),
      problems: ["factor_wrong"],
    },
    { action: "made recovery codes", subject: () => "own" },
  ),
  listDemands: {
    id: "listDemands",
    cost: "database",
    method: "GET",
    path: "/v1/operator/second-factor/roles",
    summary: "Roles that must sign in with a second factor",
    auth: "operator",
    capability: "sale.read",
    status: 200,
    response: z.object({ roles: z.array(role) }),
    problems: [],
  },
  setDemand: logged(
    {
      ...manage,
      id: "setDemand",
      path: "/v1/operator/second-factor/roles",
      summary:
        "Demand a second factor of a role, or no longer; sessions without one have to show it",
      body: z.strictObject({ role, demanded: z.boolean() }),
      response: acknowledged,
      problems: [],
    },
    {
      action: ({ body }) => (body.demanded ? "demanded second factor" : "waived second factor"),
      subject: ({ body }) => body.role,
    },
  ),
  resetFactors: logged(
    {
      ...manage,
      id: "resetFactors",
      path: "/v1/operator/people/:operatorId/second-factor/reset",
      summary: "Remove a colleague's factors after a lost device; sessions end, the password stays",
      params: z.object({ operatorId: uuid }),
      response: acknowledged,
      problems: ["person_not_found"],
    },
    { action: "reset second factor", subject: "about" },
  ),
} as const satisfies Record<string, RouteContract>;

/** The company's own login (OpenID Connect). */
export const loginRoutes = {
  showLogin: {
    id: "showLogin",
    cost: "memory",
    method: "GET",
    path: "/v1/operators/login",
    summary: "The company's login service, if one is set up",
    auth: "public",
    status: 200,
    response: z.object({ host: z.string().nullable() }),
    problems: [],
  },
  beginLogin: {
    id: "beginLogin",
    cost: "signature",
    method: "POST",
    path: "/v1/operators/login",
    summary: "Begin a sign-in at the company's login; with an invitation it also makes the account",
    auth: "public",
    repeat: "stored",
    body: z.strictObject({
      invitation: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .nullable()
        .default(null),
      name: z.string().min(2).max(64).nullable().default(null),
    }),
    status: 200,
    response: z.object({ address: z.string() }),
    problems: ["login_missing", "login_unavailable", "name_unclear", "invitation_invalid"],
  },
  endLogin: {
    id: "endLogin",
    cost: "signature",
    method: "POST",
    path: "/v1/operators/login/end",
    summary:
      "End it with the code that the login service sent the browser back with; sets a cookie",
    auth: "public",
    repeat: "stored",
    body: z.strictObject({
      code: z.string().min(1).max(4_000),
      state: z.string().min(1).max(200),
      iss: z.string().max(2_000).nullable().default(null),
    }),
    status: 200,
    response: session,
    problems: [
      "login_missing",
      "login_unavailable",
      "login_refused",
      "login_unknown",
      "invitation_invalid",
      "name_taken",
    ],
  },
  linkLogin: logged(
    {
      ...ownStored,
      id: "linkLogin",
      cost: "signature",
      path: "/v1/operator/login",
      summary: "Begin to tie my account to the company's login",
      response: z.object({ address: z.string() }),
      problems: ["login_missing", "login_unavailable"],
    },
    { action: "began to tie a login", subject: () => "own" },
  ),
} as const satisfies Record<string, RouteContract>;
