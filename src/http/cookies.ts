/* Cookies: their names, security flags, and the device number. */

import { randomUUID } from "node:crypto";
import type { FastifyReply } from "fastify";

export const BUYER_COOKIE = "giliran_session";
export const OPERATOR_COOKIE = "giliran_operator";
/** Ties a login at the company's service to the browser that began it. */
export const LOGIN_COOKIE = "giliran_login";
/**
 * A random number per browser; it distinguishes devices and holds nothing else. Apps send theirs in
 * a header.
 */
export const DEVICE_COOKIE = "giliran_device";

/**
 * Browsers accept this prefix only from this very host over TLS: no neighbouring host can plant
 * such a cookie.
 */
const HOST_PREFIX = "__Host-";
const YEAR_SECONDS = 31_536_000;

type Cookies = Readonly<Record<string, string | undefined>>;

/** A cookie to set; null deletes it. Without an age it ends with the browser session. */
export interface AnswerCookie {
  readonly name: string;
  readonly value: string | null;
  readonly maxAgeSeconds?: number;
  /** The page's script may read it. */
  readonly readable?: true;
}

/**
 * Tells the page's script that a buyer is signed in, so that pages ask who it is only then. It
 * proves nothing.
 */
export const SIGNED_IN: AnswerCookie = { name: "giliran_signed_in", value: "1", readable: true };
/** Signs a browser out. */
export const SIGNED_OUT: readonly AnswerCookie[] = [
  { name: BUYER_COOKIE, value: null },
  { ...SIGNED_IN, value: null },
];

/** A cookie's value. One without the prefix was set before this server was reached by https. */
export const cookieOf = (cookies: Cookies, name: string): string | undefined =>
  cookies[HOST_PREFIX + name] ?? cookies[name];

/** Sets or deletes our cookies. */
export function setCookies(
  reply: FastifyReply,
  cookies: readonly AnswerCookie[],
  secure: boolean,
): void {
  for (const { name, value, maxAgeSeconds, readable = false } of cookies) {
    const options = { path: "/", httpOnly: !readable, sameSite: "lax", secure } as const;
    const setAs = secure ? HOST_PREFIX + name : name;
    if (value === null) {
      for (const one of new Set([setAs, name])) reply.clearCookie(one, options);
    } else {
      const age = maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds };
      reply.setCookie(setAs, value, { ...options, ...age });
    }
  }
}

/**
 * A device number for a browser without one. Issued at sign-in, with an answer that no cache
 * stores: on a page, a too eager cache could give one number to everybody, and a device shared by
 * strangers is evidence against them.
 */
export function newDevice(cookies: Cookies): AnswerCookie[] {
  if (cookieOf(cookies, DEVICE_COOKIE) !== undefined) return [];
  return [{ name: DEVICE_COOKIE, value: randomUUID(), maxAgeSeconds: YEAR_SECONDS }];
}
