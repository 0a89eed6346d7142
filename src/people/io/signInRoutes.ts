/*
 * Buyers' sign-in: by one-time code, or by the brand's own login. A code is shown to a browser only
 * in trial mode (access/trial.ts).
 */

import { randomInt } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { buyerRoutes } from "../../api/routes.ts";
import { Batcher } from "../../db/batcher.ts";
import { BUYER_COOKIE, newDevice } from "../../http/cookies.ts";
import { issueSession } from "../../http/identify.ts";
import type { Answer } from "../../http/idempotency.ts";
import type { HttpDeps } from "../../http/call.ts";
import { mount } from "../../http/mount.ts";
import { Refusal } from "../../http/problem.ts";
import { mailBox } from "../../base/mailBox.ts";
import { maskContact, readContact, type Contact } from "../../access/contact.ts";
import type { Session } from "../../access/session.ts";
import {
  checkCode,
  contactKey,
  insertCode,
  profileCipher,
  upsertAccounts,
  type AccountRow,
} from "../../access/io/accountStore.ts";
import type { BrandTokenCheck } from "../../access/io/brandToken.ts";
import { enqueueMessages } from "../../messages/io/outbox.ts";
import { readCodesOf } from "../../messages/io/outboxView.ts";
import { isOwnBrowser } from "../../access/trial.ts";
import type { RequestInput } from "../../http/requestInput.ts";

const CODE_MINUTES = 10;
/** Six digits and five attempts: a guesser succeeds once in 200,000 codes. */
const CODE_ATTEMPTS = 5;
/** Codes per contact: enough for a lost message, too few to flood a phone. */
const CODE_RULE = { burst: 4, perSecond: 1 / 120 };
const SESSION_MS = 24 * 3_600_000;

export interface SignInDeps extends HttpDeps {
  /** Null if the brand has configured no login of its own. */
  readonly brandTokenCheck: BrandTokenCheck | null;
  /** Whether a browser on this machine is shown the code that it requested. */
  readonly showCodes: boolean;
}

/**
 * The key of a turn in the line: all addresses of a mailbox are one person's and share one turn.
 */
function mailBoxKey(deps: SignInDeps, contact: Contact): string {
  return deps.keyring.identityKey("mailbox", mailBox(contact.value) ?? contact.value);
}

function requireContact(text: string): Contact {
  const contact = readContact(text);
  if (!contact) throw new Refusal("contact_malformed");
  return contact;
}

function sessionAnswer(deps: HttpDeps, request: RequestInput, session: Session): Answer {
  const token = issueSession(deps.keyring, session);
  const expiresAt = new Date(session.expiresAtMs).toISOString();
  return {
    status: 200,
    body: { session: token, expiresAt },
    cookies: [{ name: BUYER_COOKIE, value: token }, ...newDevice(request.cookies)],
  };
}

const asBrowser = ({ socket, raw, headers }: RequestInput) => ({
  address: socket.remoteAddress ?? "",
  httpVersion: raw.httpVersion,
  headers,
});

/** Mounts the page of codes sent to a buyer, which exists only where nothing can be sent. */
function mountShownCodes(app: FastifyInstance, deps: SignInDeps): void {
  mount(app, deps, buyerRoutes.listOwnCodes, async ({ buyer, request, nowMs }) => {
    if (!deps.showCodes || !isOwnBrowser(asBrowser(request))) throw new Refusal("not_found");
    const codes = await readCodesOf(deps.sql, deps.keyring, buyer.accountKey, nowMs);
    return { status: 200, body: { codes } };
  });
}

export function mountSignIn(app: FastifyInstance, deps: SignInDeps): void {
  mountCodes(app, deps);
  mountShownCodes(app, deps);
  mountBrandToken(app, deps);
}

function mountCodes(app: FastifyInstance, deps: SignInDeps): void {
  mount(app, deps, buyerRoutes.requestCode, async (tx, { body, nowMs, request }) => {
    const contact = requireContact(body.contact);
    const key = contactKey(deps.keyring, contact);
    const retryAfterSeconds = deps.limiter.take(`code ${key}`, CODE_RULE, nowMs);
    if (retryAfterSeconds > 0) throw new Refusal("rate_limited", { retryAfterSeconds });
    const code = String(randomInt(1_000_000)).padStart(6, "0");
    const expiresAtMs = nowMs + CODE_MINUTES * 60_000;
    await insertCode(tx, {
      contactKey: key,
      purpose: "sign_in",
      saleNo: null,
      codeKey: deps.keyring.identityKey("code", code),
      nowMs,
      expiresAtMs,
      attempts: CODE_ATTEMPTS,
    });
    await enqueueMessages(tx, deps.keyring, [
      {
        facts: { kind: "sign_in_code", code, minutes: CODE_MINUTES },
        language: body.language,
        recipient: { contact, accountKey: null },
        saleNo: null,
        nowMs,
      },
    ]);
    const shown = deps.showCodes && isOwnBrowser(asBrowser(request)) ? { code } : {};
    const expiresAt = new Date(expiresAtMs).toISOString();
    return { status: 202, body: { sentTo: maskContact(contact), expiresAt, ...shown } };
  });

  mount(app, deps, buyerRoutes.signInWithCode, async (tx, { body, nowMs, language, request }) => {
    const contact = requireContact(body.contact);
    const key = contactKey(deps.keyring, contact);
    const codeKey = deps.keyring.identityKey("code", body.code);
    const check = await checkCode(tx, { contactKey: key, purpose: "sign_in", codeKey, nowMs });
    if (check === "used") throw new Refusal("code_used");
    if (check === "wrong") throw new Refusal("code_wrong");
    const accountKey = deps.keyring.identityKey("account", `${contact.kind} ${contact.value}`);
    const contactCipher = deps.keyring.encrypt(JSON.stringify(contact));
    await upsertAccounts(tx, [{ accountKey, contactCipher, profileCipher: null, language }], nowMs);
    return sessionAnswer(deps, request, {
      accountKey,
      phoneKey: contact.kind === "phone" ? key : null,
      emailKey: contact.kind === "email" ? mailBoxKey(deps, contact) : null,
      expiresAtMs: nowMs + SESSION_MS,
    });
  });
}

/**
 * The exchange of a brand's token. It runs at the rate of a lobby that fills up, so accounts are
 * written in batches. The session follows from the token alone: the same token gives the identical
 * session again, so no first answer is stored.
 */
function mountBrandToken(app: FastifyInstance, deps: SignInDeps): void {
  const accounts = new Batcher<AccountRow, null>({
    flush: async (rows) => {
      await upsertAccounts(deps.sql, rows, deps.clock.nowMs());
      return rows.map(() => null);
    },
    maxBatchCount: 500,
    maxInFlightCount: 2,
    maxQueuedCount: 20_000,
  });
  mount(app, deps, buyerRoutes.signInWithToken, async ({ body, nowMs, language, request }) => {
    const customer = await deps.brandTokenCheck?.(body.token, nowMs);
    if (!customer) throw new Refusal("token_rejected");
    const accountKey = deps.keyring.identityKey("account", customer.subject);
    const contact = customer.email ?? customer.phone;
    const contactCipher = contact ? deps.keyring.encrypt(JSON.stringify(contact)) : null;
    await accounts.add({
      accountKey,
      contactCipher,
      language,
      profileCipher: profileCipher(deps.keyring, customer.profile),
    });
    return sessionAnswer(deps, request, {
      accountKey,
      phoneKey: customer.phone ? contactKey(deps.keyring, customer.phone) : null,
      emailKey: customer.email ? mailBoxKey(deps, customer.email) : null,
      expiresAtMs: customer.expiresAtMs,
    });
  });
}
