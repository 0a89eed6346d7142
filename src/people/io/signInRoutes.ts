/*
 * Buyers' sign-in by the brand's own login, and the page of their codes. A code is shown to a
 * browser only in trial mode (access/trial.ts).
 */

import type { FastifyInstance } from "fastify";
import { buyerRoutes } from "../../api/routes.ts";
import { Batcher } from "../../db/batcher.ts";
import { mount } from "../../http/mount.ts";
import { Refusal } from "../../http/problem.ts";
import { maskContact } from "../../access/contact.ts";
import { SESSION_MS } from "../../access/session.ts";
import { isOwnBrowser } from "../../access/trial.ts";
import {
  boxKey,
  contactCipher,
  contactKey,
  profileCipher,
  upsertAccounts,
  type AccountRow,
} from "../../access/io/accountStore.ts";
import type { BrandCustomer } from "../../access/io/brandToken.ts";
import { readCodesOf } from "../../messages/io/outboxView.ts";
import { asBrowser, domainKeyOf, sessionAnswer, type SignInDeps } from "./buyerSession.ts";

/** Mounts the page of codes sent to a buyer, which exists only where nothing can be sent. */
function mountShownCodes(app: FastifyInstance, deps: SignInDeps): void {
  mount(app, deps, buyerRoutes.listOwnCodes, async ({ buyer, request, nowMs }) => {
    if (!deps.showCodes || !isOwnBrowser(asBrowser(request))) throw new Refusal("not_found");
    const codes = await readCodesOf(deps.sql, deps.keyring, buyer.accountKey, nowMs);
    return { status: 200, body: { codes } };
  });
}

export function mountSignIn(app: FastifyInstance, deps: SignInDeps): void {
  mountShownCodes(app, deps);
  mountBrandToken(app, deps);
}

/**
 * When a token was issued at the earliest. One without `iat` may be a day old, and one that lasts
 * longer than a day is of any age: so it opens nothing for a buyer who ended all sessions.
 */
function earliestIssue({ issuedAtMs, expiresAtMs }: BrandCustomer, nowMs: number): number {
  if (issuedAtMs !== null) return issuedAtMs;
  return expiresAtMs - SESSION_MS > nowMs ? 0 : expiresAtMs - SESSION_MS;
}

/**
 * The exchange of a brand's token. It runs at the rate of a lobby that fills up, so accounts are
 * written in batches. The session is named after the token: the same token opens it again, with a
 * later end, so no first answer is stored.
 */
function mountBrandToken(app: FastifyInstance, deps: SignInDeps): void {
  const accounts = new Batcher<AccountRow, number>({
    flush: async (rows) => {
      const sessionsFrom = await upsertAccounts(deps.sql, rows, deps.clock.nowMs());
      return rows.map(({ accountKey }) => sessionsFrom.get(accountKey) ?? 0);
    },
    maxBatchCount: 500,
    maxInFlightCount: 2,
    maxQueuedCount: 20_000,
  });
  mount(app, deps, buyerRoutes.signInWithToken, async ({ body, nowMs, language, request }) => {
    const customer = await deps.brandTokenCheck?.(body.token, nowMs);
    const sessionKey = deps.keyring.identityKey("brand token", body.token);
    if (!customer || deps.sessionEnds.hasKey(sessionKey)) throw new Refusal("token_rejected");
    const accountKey = deps.keyring.identityKey("account", customer.subject);
    const contact = customer.email ?? customer.phone;
    const sessionsFromMs = await accounts.add({
      accountKey,
      contactCipher: contact ? contactCipher(deps.keyring, accountKey, contact) : null,
      language,
      profileCipher: profileCipher(deps.keyring, customer.profile),
      domainKey: customer.email && !customer.phone ? domainKeyOf(deps, customer.email) : null,
    });
    // Otherwise an old token would bring back what its buyer ended everywhere.
    const { issuedAtMs } = customer;
    if (sessionsFromMs > 0 && earliestIssue(customer, nowMs) <= sessionsFromMs) {
      throw new Refusal("token_rejected");
    }
    return sessionAnswer(deps, request, {
      issuedAtMs: Math.min(issuedAtMs ?? Infinity, Math.max(nowMs, sessionsFromMs + 1)),
      sessionKey,
      contact: contact && maskContact(contact),
      accountKey,
      phoneKey: customer.phone ? contactKey(deps.keyring, customer.phone) : null,
      emailKey: customer.email ? boxKey(deps.keyring, customer.email) : null,
      expiresAtMs: Math.min(customer.expiresAtMs, nowMs + SESSION_MS),
    });
  });
}
