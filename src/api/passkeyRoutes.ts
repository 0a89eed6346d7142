/* Routes and wire schemas of passkeys. */

import { z } from "zod";
import type { RouteContract } from "./contract.ts";
import { acknowledged, instant } from "./schemas.ts";

/** Bytes as browsers encode them. */
export const base64url = z
  .string()
  .regex(/^[A-Za-z0-9_-]+$/)
  .max(8_000);

/** A browser's answer to a challenge, in WebAuthn's JSON format (level 3, section 5.1.8). */
export const credential = z.object({
  id: base64url,
  rawId: base64url,
  type: z.literal("public-key"),
  response: z.record(z.string(), z.unknown()),
  clientExtensionResults: z.record(z.string(), z.unknown()).default({}),
  authenticatorAttachment: z.string().max(40).optional(),
});

/** WebAuthn options for the browser, to create a passkey or to answer with one. */
export const passkeyQuestion = z.record(z.string(), z.unknown());

export const passkey = z.object({
  credentialId: z.string(),
  name: z.string(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
});

/** A buyer's own passkeys. An existing one can answer the question before a doubtful order. */
export const buyerPasskeyRoutes = {
  listOwnPasskeys: {
    id: "listOwnPasskeys",
    cost: "database",
    method: "GET",
    path: "/v1/me/passkeys",
    summary: "My passkeys",
    auth: "buyer",
    status: 200,
    response: z.object({ passkeys: z.array(passkey) }),
    problems: [],
  },
  ownPasskeyQuestion: {
    id: "ownPasskeyQuestion",
    cost: "database",
    method: "POST",
    path: "/v1/me/passkeys/question",
    summary: "What the browser needs to make a passkey",
    auth: "buyer",
    repeat: "stored",
    status: 200,
    response: passkeyQuestion,
    problems: ["too_many_passkeys"],
  },
  addOwnPasskey: {
    id: "addOwnPasskey",
    cost: "signature",
    method: "POST",
    path: "/v1/me/passkeys",
    summary: "Keep a passkey that the browser made; it is named after the device",
    auth: "buyer",
    repeat: "stored",
    body: z.strictObject({ credential }),
    status: 201,
    response: passkey,
    problems: ["passkey_refused", "too_many_passkeys"],
  },
  removeOwnPasskey: {
    id: "removeOwnPasskey",
    cost: "database",
    method: "POST",
    path: "/v1/me/passkeys/removal",
    summary: "Forget a passkey",
    auth: "buyer",
    repeat: "stored",
    body: z.strictObject({ credentialId: base64url }),
    status: 200,
    response: acknowledged,
    problems: ["passkey_refused"],
  },
} as const satisfies Record<string, RouteContract>;
