/*
 * Buyers' sign-in by one-time code. Anybody may ask for a code for any contact, so nothing here may
 * refuse a buyer because of what a stranger did: requests cost work that grows with their rate, and
 * wrong guesses count against their asker.
 */

import { randomInt, randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { customerAddress, siteAddress } from "../../access/address.ts";
import { CODE_MS } from "../../access/codeRules.ts";
import { maskContact, readContact, type Contact } from "../../access/contact.ts";
import { SESSION_MS } from "../../access/session.ts";
import { mayBeTexted } from "../../access/phoneRanges.ts";
import { budgetPrice, type PriceKeys } from "../../access/price.ts";
import { RecentKeys } from "../../access/recentKeys.ts";
import { isOwnBrowser } from "../../access/trial.ts";
import {
  boxKey,
  codeBoxKey,
  contactCipher,
  contactKey,
  upsertAccounts,
} from "../../access/io/accountStore.ts";
import { askerToken, readAsker } from "../../access/io/asker.ts";
import {
  guessCode,
  requestCode,
  type CodeRequest,
  type CodeRequested,
} from "../../access/io/codeStore.ts";
import { logOperatorAction } from "../../access/io/operatorStore.ts";
import { buyerRoutes } from "../../api/routes.ts";
import { peopleRoutes } from "../../api/staffRoutes.ts";
import type { Transaction } from "../../db/connect.ts";
import type { Call } from "../../http/call.ts";
import type { Answer } from "../../http/idempotency.ts";
import { refuseIfTooOften } from "../../http/limits.ts";
import { mount, mountPrepared } from "../../http/mount.ts";
import { Refusal } from "../../http/problem.ts";
import { enqueueMessages } from "../../messages/io/outbox.ts";
import { readTextBudget, spendText, TextsSeen } from "../../messages/io/textBudget.ts";
import { asBrowser, domainKeyOf, sessionAnswer, type SignInDeps } from "./buyerSession.ts";
import { WorkPrice } from "../price/io/workPrice.ts";

type Asking = Call<typeof buyerRoutes.requestCode>;
type Guessing = Call<typeof buyerRoutes.signInWithCode>;

const CODE_MINUTES = CODE_MS / 60_000;
/** Repeats of one request, which read its first answer; and requests with one token. */
const AGAIN_RULE = { burst: 10, perSecond: 1 };
const TOKEN_RULE = { burst: 20, perSecond: 1 };

/** The memory of one process about requests for codes; all of it only saves work or sets prices. */
interface Memory {
  readonly price: WorkPrice;
  /** Askers whose guesses are used up: their floods never reach the database. */
  readonly spent: RecentKeys;
  readonly texts: TextsSeen;
}

function requireContact(text: string): Contact {
  const contact = readContact(text);
  if (!contact) throw new Refusal("contact_malformed");
  return contact;
}

/** The keys that the price of a request follows from. */
function keysOf(deps: SignInDeps, contact: Contact, ip: string) {
  const box = boxKey(deps.keyring, contact);
  const domain = domainKeyOf(deps, contact);
  const site = siteAddress(ip);
  const { countsAddresses } = deps.limits;
  const keys: PriceKeys = {
    mailbox: box,
    ...(countsAddresses ? { address: customerAddress(ip) } : {}),
    ...(countsAddresses && site !== null ? { site } : {}),
  };
  // A domain counts its mailboxes; wrong guesses are counted where they are made.
  return { keys, priceKeys: { guesses: box }, mailboxesKey: domain === null ? {} : { domain } };
}

/** A request that may go on to the database. */
interface Admitted {
  readonly contact: Contact;
  /** The mailbox or number that reads the code: codes are sent to one alias and valid for all. */
  readonly key: string;
  /** The work that paid for it; null where it is free. */
  readonly workKey: string | null;
}

/**
 * Solutions for one contact are worth nothing for another. Challenges are public, so they name no
 * key of a contact.
 */
const bindingOf = (deps: SignInDeps, key: string) =>
  `code.${deps.keyring.identityKey("work", key)}`;

/** Checks work, or asks for it. Throws the refusal. */
async function admit(deps: SignInDeps, memory: Memory, asking: Asking): Promise<Admitted> {
  const { body, nowMs, request } = asking;
  const contact = requireContact(body.contact);
  const isText = contact.kind === "phone";
  if (isText && !mayBeTexted(contact.value, deps.codes.phoneCountries)) {
    throw new Refusal("number_not_served");
  }
  const key = codeBoxKey(deps.keyring, contact);
  const { textsPerHour } = deps.codes;
  const workKey = await memory.price.admit({
    requestKey: asking.requestKey,
    requestFingerprint: asking.requestFingerprint,
    nowMs,
    binding: bindingOf(deps, key),
    work: body.work,
    ...keysOf(deps, contact, request.ip),
    leastHashes: isText
      ? budgetPrice({ sentCount: memory.texts.sentCount(nowMs), perHourCount: textsPerHour })
      : 0,
  });
  return { contact, key, workKey };
}

const newCode = (digits: number) =>
  Array.from({ length: digits }, () => String(randomInt(10))).join("");

interface Wiring {
  readonly deps: SignInDeps;
  readonly memory: Memory;
}

/** Makes a code and its message; for a text also counts the budget. */
async function makeCode(
  tx: Transaction,
  { deps, memory }: Wiring,
  asking: Asking,
  { contact, key, askerKey }: Omit<Admitted, "workKey"> & { readonly askerKey: string },
): Promise<{ readonly asked: CodeRequested; readonly code: string }> {
  const { nowMs, body } = asking;
  const { textsPerHour: perHourCount } = deps.codes;
  const isText = contact.kind === "phone";
  let code = "";
  const request: CodeRequest = {
    contactKey: key,
    askerKey,
    nowMs,
    newCodeKey: (digits) => {
      code = newCode(digits);
      return deps.keyring.identityKey("code", code);
    },
    maySend: async () => {
      if (!isText) return true;
      const { state, sentCount } = await readTextBudget(tx, { perHourCount, nowMs });
      memory.texts.note({ sentCount, atMs: nowMs });
      return state !== "used_up";
    },
  };
  const asked = await requestCode(tx, request);
  if (asked.outcome !== "made") return { asked, code };
  const facts = { kind: "sign_in_code", code, minutes: CODE_MINUTES } as const;
  const recipient = { contact, accountKey: null };
  const { language } = body;
  await enqueueMessages(tx, deps.keyring, [{ facts, language, recipient, saleNo: null, nowMs }]);
  if (isText) {
    const terms = { perHourCount, logger: deps.logger };
    const sentCount = await spendText(tx, terms, { nowMs, chance: Math.random() });
    memory.texts.note({ sentCount, atMs: nowMs });
  }
  return { asked, code };
}

async function answerAsk(
  tx: Transaction,
  wiring: Wiring,
  asking: Asking,
  admitted: Admitted,
): Promise<Answer> {
  const { deps } = wiring;
  const { contact, key, workKey } = admitted;
  const askerKey = workKey ?? randomUUID();
  const { asked, code } = await makeCode(tx, wiring, asking, { contact, key, askerKey });
  if (asked.outcome === "work_used") throw new Refusal("work_used");
  if (asked.outcome === "not_sendable") throw new Refusal("texts_used_up");
  const sent = asked.outcome === "made";
  const shown = sent && deps.showCodes && isOwnBrowser(asBrowser(asking.request));
  const expiresAtMs = asking.nowMs + CODE_MS;
  return {
    status: 202,
    body: {
      sentTo: maskContact(contact),
      expiresAt: new Date(asked.expiresAtMs).toISOString(),
      sent,
      digits: asked.digits,
      nextAt: asked.outcome === "made" ? null : new Date(asked.nextAtMs).toISOString(),
      asker: askerToken(deps.keyring, { askerKey, contactKey: key, expiresAtMs }),
      ...(shown ? { code } : {}),
    },
  };
}

/** The asker of a guess: her token, or her address for this contact alone. */
interface Guesser {
  readonly contact: Contact;
  readonly key: string;
  readonly askerKey: string;
}

/** Used-up guesses are looked up again after this time: those of an address come back. */
const GUESSES_KNOWN_MS = 10_000;
/** The name under which a process remembers that an asker's guesses are used up. */
const usedUp = (askerKey: string, nowMs: number) =>
  `guesses ${askerKey} ${Math.floor(nowMs / GUESSES_KNOWN_MS)}`;

function refuseIfUsedUp(memory: Memory, askerKey: string, nowMs: number): void {
  if (memory.spent.has(usedUp(askerKey, nowMs))) throw new Refusal("guesses_used");
}

/**
 * Names the asker. Guesses without a token are limited by address: their neighbours, who have one,
 * are not.
 */
function guesserOf(deps: SignInDeps, memory: Memory, guessing: Guessing): Guesser {
  const { body, nowMs, request } = guessing;
  const contact = requireContact(body.contact);
  const key = codeBoxKey(deps.keyring, contact);
  const given = body.asker ?? null;
  const named = given === null ? null : readAsker(deps.keyring, given, { contactKey: key, nowMs });
  if (named !== null) {
    refuseIfUsedUp(memory, named, nowMs);
    refuseIfTooOften(deps.limiter, `guesses ${named}`, TOKEN_RULE, nowMs);
    return { contact, key, askerKey: named };
  }
  deps.limits.refuseAddress("database", request.ip, nowMs);
  const askerKey = deps.keyring.identityKey("asker", `${customerAddress(request.ip)} ${key}`);
  refuseIfUsedUp(memory, askerKey, nowMs);
  return { contact, key, askerKey };
}

/** Says once a day and length that somebody guesses at a contact; never at which. */
async function sayLonger(
  tx: Transaction,
  deps: SignInDeps,
  { digits, nowMs }: { readonly digits: number; readonly nowMs: number },
): Promise<void> {
  const subject = `${digits} digits after wrong guesses`;
  await logOperatorAction(tx, { operatorName: "Giliran", action: "longer codes", subject, nowMs });
  deps.logger.warn({ digits }, "wrong guesses at one contact: its sign-in codes are longer now");
}

/** Checks the code; throws the refusal. */
async function checkGuess(
  tx: Transaction,
  deps: SignInDeps,
  memory: Memory,
  { body, nowMs }: Guessing,
  guesser: Guesser,
): Promise<void> {
  const { key, askerKey } = guesser;
  const codeKey = deps.keyring.identityKey("code", body.code);
  const guessed = await guessCode(tx, { contactKey: key, askerKey, codeKey, nowMs });
  const { result, longerDigits } = guessed;
  if (result === "right") return;
  if (result === "used") throw new Refusal("code_used");
  if (result === "guesses_used") {
    memory.spent.add(usedUp(askerKey, nowMs));
    throw new Refusal("guesses_used");
  }
  const guesses = boxKey(deps.keyring, guesser.contact);
  memory.price.note({ guesses }, nowMs);
  if (longerDigits !== null) await sayLonger(tx, deps, { digits: longerDigits, nowMs });
  throw new Refusal("code_wrong", { keepsWrites: true });
}

/** Mounts asking for a code and entering it, and the budget of texts for staff. */
export function mountCodes(app: FastifyInstance, deps: SignInDeps): void {
  const price = new WorkPrice(deps, {
    lifetimeMs: CODE_MS,
    againRule: AGAIN_RULE,
    writesPaid: false,
  });
  const memory = { price, spent: new RecentKeys(), texts: new TextsSeen() };
  mount(app, deps, peopleRoutes.showTextBudget, async ({ nowMs }) => ({
    status: 200,
    body: { ...(await readTextBudget(deps.sql, { perHourCount: deps.codes.textsPerHour, nowMs })) },
  }));
  mountPrepared(app, deps, buyerRoutes.requestCode, {
    prepare: (asking) => admit(deps, memory, asking),
    work: (tx, asking, admitted) => answerAsk(tx, { deps, memory }, asking, admitted),
  });
  mountPrepared(app, deps, buyerRoutes.signInWithCode, {
    prepare: async (guessing) => {
      const guesser = guesserOf(deps, memory, guessing);
      await memory.price.tell(guessing.nowMs);
      return guesser;
    },
    work: async (tx, guessing, guesser) => {
      await checkGuess(tx, deps, memory, guessing, guesser);
      const { contact } = guesser;
      const { nowMs, language, request } = guessing;
      const accountKey = deps.keyring.identityKey("account", `${contact.kind} ${contact.value}`);
      const cipher = contactCipher(deps.keyring, accountKey, contact);
      const domainKey = domainKeyOf(deps, contact);
      const row = { accountKey, contactCipher: cipher, profileCipher: null, language, domainKey };
      const sessionsFrom = await upsertAccounts(tx, [row], nowMs);
      return sessionAnswer(deps, request, {
        // After those that were ended, also where another server's clock is ahead.
        issuedAtMs: Math.max(nowMs, (sessionsFrom.get(accountKey) ?? 0) + 1),
        sessionKey: randomUUID(),
        contact: maskContact(contact),
        accountKey,
        phoneKey: contact.kind === "phone" ? contactKey(deps.keyring, contact) : null,
        emailKey: contact.kind === "email" ? boxKey(deps.keyring, contact) : null,
        expiresAtMs: nowMs + SESSION_MS,
      });
    },
  });
}
