import { randomUUID } from "node:crypto";
import type { FastifyReply } from "fastify";

export const BUYER_COOKIE = "giliran_session";
export const OPERATOR_COOKIE = "giliran_operator";
/** A random number of this browser: tells one phone from another, and nothing else. Apps send theirs in a header. */
export const DEVICE_COOKIE = "giliran_device";

/** The browser takes a cookie of this name only from this very host, over TLS: no neighbouring host can plant one. */
const HOST_PREFIX = "__Host-";
const YEAR_SECONDS = 31_536_000;

type Cookies = Readonly<Record<string, string | undefined>>;

/** A cookie that an answer sets; null takes it away. Without an age it ends with the browser's session. */
export interface AnswerCookie {
  readonly name: string;
  readonly value: string | null;
  readonly maxAgeSeconds?: number;
}

/** The cookie's value. One without the prefix was set before this server was reached by https. */
export const cookieOf = (cookies: Cookies, name: string): string | undefined =>
  cookies[HOST_PREFIX + name] ?? cookies[name];

/** Sets or takes away cookies of ours. */
export function setCookies(
  reply: FastifyReply,
  cookies: readonly AnswerCookie[],
  secure: boolean,
): void {
  const options = { path: "/", httpOnly: true, sameSite: "lax", secure } as const;
  for (const { name, value, maxAgeSeconds } of cookies) {
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
 * The number of a browser that has none yet. Given with an answer that no cache keeps, at sign-in: on a page,
 * a cache that keeps more than it should would give one number to everybody, and a device shared by
 * strangers is evidence against them.
 */
export function newDevice(cookies: Cookies): AnswerCookie[] {
  if (cookieOf(cookies, DEVICE_COOKIE) !== undefined) return [];
  return [{ name: DEVICE_COOKIE, value: randomUUID(), maxAgeSeconds: YEAR_SECONDS }];
}
