/*
 * A buyer's own session: who is signed in, and signing out, here or everywhere. Must never happen:
 * a session that its buyer ended opens anything.
 */

import type { FastifyInstance } from "fastify";
import { endAllSessions, endSession } from "../../access/io/sessionEndStore.ts";
import { SESSION_OVER_MS } from "../../access/session.ts";
import { buyerRoutes } from "../../api/routes.ts";
import { iso } from "../../base/instant.ts";
import { SIGNED_OUT } from "../../http/cookies.ts";
import type { Call, HttpDeps } from "../../http/call.ts";
import type { FastPath } from "../../http/fastPath.ts";
import type { Answer } from "../../http/idempotency.ts";
import { mount } from "../../http/mount.ts";

const signedOut: Answer = { status: 200, body: { ok: true }, cookies: SIGNED_OUT };

/** Answers from the session alone: a crowd asks it at the same moment. */
async function own({ buyer }: Call<typeof buyerRoutes.showOwnSession>): Promise<Answer> {
  const { contact, expiresAtMs } = buyer;
  return { status: 200, body: { signedInAs: contact, expiresAt: iso(expiresAtMs) } };
}

/** Mounts the routes. */
export function mountBuyerSessions(
  app: FastifyInstance,
  deps: HttpDeps & { readonly fastPath: FastPath },
): void {
  const { sessionEnds } = deps;
  mount(app, deps, buyerRoutes.showOwnSession, own);
  deps.fastPath.mount(deps, buyerRoutes.showOwnSession, own);

  mount(app, deps, buyerRoutes.signOutEverywhere, async (tx, { buyer, nowMs }) => {
    const { accountKey } = buyer;
    sessionEnds.noteAccount(accountKey, await endAllSessions(tx, accountKey, nowMs));
    return signedOut;
  });

  mount(app, deps, buyerRoutes.signOut, async (tx, { buyer, nowMs }) => {
    const { accountKey, sessionKey } = buyer;
    if (sessionKey === null) {
      // A session of the version before has no name of its own: all of them end.
      sessionEnds.noteAccount(accountKey, await endAllSessions(tx, accountKey, nowMs));
    } else {
      // Not until this session's end alone: the brand's token behind it may have opened a later one.
      const expiresAtMs = nowMs + SESSION_OVER_MS;
      await endSession(tx, { sessionKey, expiresAtMs, nowMs });
      sessionEnds.noteSession(sessionKey, expiresAtMs);
    }
    return signedOut;
  });
}
