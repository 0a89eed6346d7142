import fc from "fast-check";
import { expect, it } from "vitest";
import {
  isSessionOver,
  readSession,
  SESSION_MS,
  sessionPayload,
  splitSession,
} from "../../../src/access/session.ts";
import { START_MS } from "../../helpers/sale.ts";

const session = {
  accountKey: "11111111-1111-1111-1111-111111111111",
  phoneKey: null,
  emailKey: "22222222-2222-2222-2222-222222222222",
  expiresAtMs: START_MS,
  issuedAtMs: START_MS - 5,
  sessionKey: "33333333-3333-3333-3333-333333333333",
  contact: "s•••@contoh.id",
};
const mac = "b".repeat(64);

it("sessions are read as they were written", () => {
  expect(splitSession(`${sessionPayload(session)}.${mac}`)).toEqual({
    payload: sessionPayload(session),
    mac,
  });
  const bare = { ...session, sessionKey: null, contact: null, emailKey: null };
  for (const one of [session, bare]) expect(readSession(sessionPayload(one))).toEqual(one);
});

it("fields that a later version adds are skipped, so that servers of two versions work together", () => {
  const later = `${sessionPayload(session)}.more.fields`;
  expect(splitSession(`${later}.${mac}`)?.payload).toBe(later);
  expect(readSession(later)).toEqual(session);
});

it("sessions of the version before are read", () => {
  const { accountKey, emailKey, expiresAtMs } = session;
  const nobody = "00000000-0000-0000-0000-000000000000";
  const time = expiresAtMs.toString(16).padStart(11, "0");
  const payload = `gse2.${accountKey}${nobody}${emailKey}.${time}`;
  expect(splitSession(`${payload}.${mac}`)).toEqual({ payload, mac });
  const unknown = { issuedAtMs: 0, sessionKey: null, contact: null };
  expect(readSession(payload)).toEqual({ ...session, ...unknown });
});

it("nothing else is a session", () => {
  expect(splitSession(`${sessionPayload(session)}_${mac}`)).toBeNull();
  expect(splitSession(`${sessionPayload(session).replace("gse3", "gse1")}.${mac}`)).toBeNull();
  expect(splitSession(`${sessionPayload(session)}${".x".repeat(500)}.${mac}`)).toBeNull();
  fc.assert(fc.property(fc.string(), (nonsense) => splitSession(nonsense) === null));
});

it("no session is longer than a day, whatever it says", () => {
  const until = (expiresAtMs: number) => isSessionOver({ ...session, expiresAtMs }, START_MS);
  expect(until(START_MS)).toBe(true);
  expect(until(START_MS + 1)).toBe(false);
  expect(until(START_MS + SESSION_MS)).toBe(false);
  expect(until(START_MS + SESSION_MS + 3_600_000)).toBe(true);
});
