/*
 * Routes about operators, their keys and their saved views. One's own things require `sale.read`,
 * other people's require `people.manage`.
 */

import { z } from "zod";
import { read, stored, logged, type RouteContract } from "./contract.ts";
import { base64url, credential, passkey, passkeyQuestion } from "./passkeyRoutes.ts";
import { acknowledged, instant, slug, uuid } from "./schemas.ts";

const ownStored = { ...stored, capability: "sale.read" } as const;

export const role = z.enum(["owner", "operator", "reviewer", "approver", "auditor"]);
const name = z.string().trim().min(1).max(64);

/** Scopes of an API key: nothing about a person, so that no program decides about one. */
export const KEY_SCOPES = [
  "sales.read",
  "sales.plan",
  "sales.run",
  "cases.read",
  "deliveries.read",
  "people.read",
  "log.read",
  // Wide ones, of old keys: everything that may be read, and everything about sales.
  "sale.read",
  "sale.manage",
] as const;
const keyScope = z.enum(KEY_SCOPES);
const apiKey = z.object({
  keyId: uuid,
  name: z.string(),
  capabilities: z.array(keyScope),
  /** The sales that the key is for; null: all. */
  sales: z.array(z.string()).nullable(),
  createdBy: z.string(),
  createdAt: instant,
  expiresAt: instant,
  lastUsedAt: instant.nullable(),
  revokedAt: instant.nullable(),
});

export const savedView = z.object({
  name: z.string(),
  document: z.record(z.string(), z.unknown()),
});

/** One's own account, sessions, passkeys and views. */
export const ownRoutes = {
  showMe: {
    ...read,
    id: "showMe",
    cost: "database",
    path: "/v1/operator/me",
    summary: "Who I am here and what I may do",
    beforeFactor: ["give", "set_up"],
    response: z.object({
      name: z.string(),
      kind: z.enum(["person", "key"]),
      role: role.nullable(),
      capabilities: z.array(z.string()),
      /** A second factor that the session has to show, or set up, before it may do anything. */
      needs: z.enum(["give", "set_up"]).nullable(),
    }),
    problems: [],
  },
  listSessions: {
    ...read,
    id: "listSessions",
    cost: "database",
    path: "/v1/operator/sessions",
    summary: "Where I am signed in",
    response: z.object({
      sessions: z.array(
        z.object({
          sessionId: uuid,
          device: z.string(),
          createdAt: instant,
          expiresAt: instant,
          current: z.boolean(),
        }),
      ),
    }),
    problems: [],
  },
  endSession: {
    ...ownStored,
    id: "endSession",
    cost: "database",
    logs: "never: one's own session",
    path: "/v1/operator/sessions/:sessionId/end",
    summary: "Sign out somewhere else",
    params: z.object({ sessionId: uuid }),
    response: acknowledged,
    problems: ["session_not_found"],
  },
  listPasskeys: {
    ...read,
    id: "listPasskeys",
    beforeFactor: ["set_up"],
    cost: "database",
    path: "/v1/operator/passkeys",
    summary: "My passkeys",
    response: z.object({ passkeys: z.array(passkey) }),
    problems: [],
  },
  passkeyQuestion: {
    ...ownStored,
    id: "passkeyQuestion",
    beforeFactor: ["set_up"],
    cost: "database",
    logs: "never: nothing is kept",
    path: "/v1/operator/passkeys/question",
    summary: "What the browser needs to make a passkey",
    response: passkeyQuestion,
    problems: [],
  },
  addPasskey: logged(
    {
      ...ownStored,
      id: "addPasskey",
      beforeFactor: ["set_up"],
      cost: "signature",
      path: "/v1/operator/passkeys",
      summary: "Keep a passkey that the browser made",
      body: z.strictObject({ name, credential }),
      status: 201,
      response: passkey,
      problems: ["passkey_refused"],
    },
    { action: "added passkey", subject: ({ body }) => body.name },
  ),
  removePasskey: logged(
    {
      ...ownStored,
      id: "removePasskey",
      cost: "database",
      path: "/v1/operator/passkeys/removal",
      summary: "Forget a passkey",
      body: z.strictObject({ credentialId: base64url }),
      response: acknowledged,
      problems: ["passkey_refused", "factor_demanded"],
    },
    { action: "removed passkey", subject: ({ body }) => body.credentialId.slice(0, 12) },
  ),
  signInQuestion: {
    id: "signInQuestion",
    cost: "database",
    method: "POST",
    path: "/v1/operators/passkey/question",
    summary: "What the browser needs to sign in with a passkey",
    auth: "public",
    repeat: "stored",
    status: 200,
    response: passkeyQuestion,
    problems: [],
  },
  signInWithPasskey: {
    id: "signInWithPasskey",
    cost: "signature",
    method: "POST",
    path: "/v1/operators/passkey",
    summary: "Sign in with a passkey; sets a cookie",
    auth: "public",
    repeat: "stored",
    body: z.strictObject({ credential }),
    status: 200,
    response: z.object({ session: z.string(), name: z.string(), role }),
    problems: ["passkey_refused"],
  },
  listViews: {
    ...read,
    id: "listViews",
    cost: "database",
    path: "/v1/operator/views",
    summary: "My saved views of lists",
    response: z.object({ views: z.array(savedView) }),
    problems: [],
  },
  saveView: {
    ...ownStored,
    id: "saveView",
    cost: "database",
    logs: "never: one's own screen",
    path: "/v1/operator/views",
    summary: "Save a view under a name; the same name again replaces it",
    body: z.strictObject({ name, document: z.record(z.string(), z.unknown()) }),
    response: savedView,
    problems: ["too_many_views"],
  },
  removeView: {
    ...ownStored,
    id: "removeView",
    cost: "database",
    logs: "never: one's own screen",
    path: "/v1/operator/views/removal",
    summary: "Forget a saved view",
    body: z.strictObject({ name }),
    response: acknowledged,
    problems: [],
  },
  search: {
    ...read,
    id: "search",
    cost: "database",
    path: "/v1/operator/search",
    summary: "Sales, cases, orders, decisions, appeals and people by what is on the screens",
    query: z.object({ q: z.string().trim().min(1).max(100), lang: z.string().optional() }),
    response: z.object({
      found: z.array(
        z.object({
          kind: z.enum(["sale", "case", "order", "appeal", "batch", "person"]),
          title: z.string(),
          detail: z.string(),
          sale: slug.nullable(),
          caseNo: z.number().int().nullable(),
          id: z.string(),
        }),
      ),
    }),
    problems: [],
  },
} as const satisfies Record<string, RouteContract>;

/** Other people, API keys, and sent messages. */
export const peopleRoutes = {
  listPeople: {
    ...read,
    id: "listPeople",
    cost: "database",
    path: "/v1/operator/people",
    summary: "Who works here",
    response: z.object({
      people: z.array(
        z.object({
          operatorId: uuid,
          name: z.string(),
          role,
          state: z.enum(["active", "invited", "left"]),
          createdAt: instant,
          lastSignInAt: instant.nullable(),
          passkeyCount: z.number().int(),
          hasTotp: z.boolean(),
        }),
      ),
    }),
    problems: [],
  },
  changeRole: logged(
    {
      ...stored,
      id: "changeRole",
      cost: "database",
      capability: "people.manage",
      path: "/v1/operator/people/:operatorId/role",
      summary: "Give a person another role; open sessions end",
      params: z.object({ operatorId: uuid }),
      body: z.strictObject({ role }),
      response: acknowledged,
      problems: ["person_not_found", "last_owner"],
    },
    { action: ({ body }) => `made ${body.role}`, subject: "about" },
  ),
  letGo: logged(
    {
      ...stored,
      id: "letGo",
      cost: "database",
      capability: "people.manage",
      path: "/v1/operator/people/:operatorId/leave",
      summary: "A person leaves: no way in any more; what was done stays in the log",
      params: z.object({ operatorId: uuid }),
      response: acknowledged,
      problems: ["person_not_found", "last_owner"],
    },
    { action: "let go", subject: "about" },
  ),
  listKeys: {
    ...read,
    id: "listKeys",
    cost: "database",
    capability: "people.manage",
    path: "/v1/operator/keys",
    summary: "Keys of programs",
    response: z.object({ keys: z.array(apiKey) }),
    problems: [],
  },
  createKey: logged(
    {
      ...stored,
      id: "createKey",
      cost: "database",
      capability: "people.manage",
      path: "/v1/operator/keys",
      summary: "Make a key for a program; the answer holds it, once",
      body: z.strictObject({
        name,
        capabilities: z.array(keyScope).min(1).max(KEY_SCOPES.length),
        sales: z.array(slug).min(1).max(200).nullable().default(null),
        days: z.number().int().min(1).max(366),
      }),
      status: 201,
      response: apiKey.extend({ token: z.string() }),
      problems: ["name_unclear", "name_taken"],
    },
    { action: "made key", subject: ({ body }) => body.name },
  ),
  revokeKey: logged(
    {
      ...stored,
      id: "revokeKey",
      cost: "database",
      capability: "people.manage",
      path: "/v1/operator/keys/:keyId/revocation",
      summary: "A key works no more",
      params: z.object({ keyId: uuid }),
      response: acknowledged,
      problems: ["key_not_found"],
    },
    { action: "revoked key", subject: ({ params }) => params.keyId },
  ),
  listWebhooks: {
    ...read,
    id: "listWebhooks",
    cost: "database",
    path: "/v1/operator/webhooks",
    summary: "What was sent to channels, the payment service and the message gateway, newest first",
    query: z.object({
      limit: z.coerce.number().int().min(1).max(1_000).default(200),
      lang: z.string().optional(),
    }),
    response: z.object({
      sent: z.array(
        z.object({
          kind: z.enum(["channel", "message", "refund"]),
          to: z.string(),
          what: z.string(),
          sale: z.string().nullable(),
          orderId: uuid.nullable(),
          messageId: z.number().int().nullable(),
          state: z.enum([
            ...(["waiting", "due", "calling", "done", "refused"] as const),
            ...(["bounced", "expired", "unclear"] as const),
          ]),
          attempts: z.number().int(),
          nextAttemptAt: instant.nullable(),
          answer: z.string().nullable(),
        }),
      ),
    }),
    problems: [],
  },
  showWays: {
    ...read,
    id: "showWays",
    cost: "database",
    path: "/v1/operator/ways",
    summary: "What the ways out carry (mail, texts, channels, refunds), and what waits for them",
    response: z.object({
      ways: z.array(
        z.object({
          way: z.string(),
          serverCount: z.number().int(),
          connections: z.number().int(),
          inFlight: z.number().int(),
          state: z.enum(["closed", "open", "half_open"]),
          sentInMinute: z.number().int(),
          answerMs: z.number().int().nullable(),
          aboutPerSecond: z.number().nullable(),
          lastFault: z.string().nullable(),
        }),
      ),
      waiting: z.array(
        z.object({
          kind: z.string(),
          count: z.number().int(),
          triedCount: z.number().int(),
          oldestAt: instant,
        }),
      ),
    }),
    problems: [],
  },
  showTextBudget: {
    ...read,
    id: "showTextBudget",
    cost: "database",
    path: "/v1/operator/text-budget",
    summary: "Texts with sign-in codes in this hour, and the budget for them",
    response: z.object({
      perHourCount: z.number().int(),
      sentCount: z.number().int(),
      /** "used_up": codes go by mail only, until the next hour. */
      state: z.enum(["ok", "warn", "used_up"]),
    }),
    problems: [],
  },
  resendMessage: logged(
    {
      ...stored,
      id: "resendMessage",
      cost: "database",
      capability: "remedy.manage",
      path: "/v1/operator/messages/resend",
      summary:
        "Send a message again that did not arrive, or of which nobody knows whether it arrived; an expired one never",
      body: z.strictObject({ messageId: z.number().int().min(1) }),
      response: acknowledged,
      problems: ["message_not_failed"],
    },
    { action: "sent message again", subject: ({ body }) => String(body.messageId) },
  ),
  resendWebhook: logged(
    {
      ...stored,
      id: "resendWebhook",
      cost: "database",
      capability: "remedy.manage",
      path: "/v1/operator/webhooks/resend",
      summary:
        "Tell a channel, or ask the payment service for a refund, again after a refusal; what was taken is never said twice",
      body: z.strictObject({ sale: slug, orderId: uuid }),
      response: acknowledged,
      problems: ["sale_not_found", "webhook_not_refused"],
    },
    { action: "told channel again", subject: ({ body }) => body.orderId },
  ),
} as const satisfies Record<string, RouteContract>;
