/*
 * Trial mode on one's own machine, where no message can be delivered. The worse mistake by far is
 * to show a one-time code to a stranger: then any contact can be signed in with. Refusing to show
 * one costs a setting.
 */

/** The settings that decide about trial mode. */
export interface Setup {
  readonly sandbox: boolean;
  /** The listening address. */
  readonly host: string;
  readonly publicUrl: string | null;
  readonly trustedProxies: readonly string[];
  /** Whether a mail server or a text gateway is configured. */
  readonly sendsMessages: boolean;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?|\[?::ffff:127(\.\d{1,3}){3}\]?)$/;

export const isLoopback = (host: string): boolean => LOOPBACK.test(host.toLowerCase());

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : "");

/** Whether people on other machines can reach the server, as far as the settings tell. */
export function isPublic({ host, publicUrl, trustedProxies }: Setup): boolean {
  const named = publicUrl !== null && !isLoopback(hostOf(publicUrl));
  return named || !isLoopback(host) || trustedProxies.length > 0;
}

/**
 * Whether a one-time code may be shown to the browser that requested it. All three must hold: the
 * sandbox is on, the server listens to its own machine, and it cannot send messages. A real sale
 * has none of the three.
 */
export function showsCodes(setup: Setup): boolean {
  return setup.sandbox && !setup.sendsMessages && !isPublic(setup);
}

/** Headers that proxies and tunnels add to a request. */
const PASSED_ON =
  /^(x-forwarded-|x-real-ip$|forwarded$|via$|cf-|x-original-|x-client-ip$|true-client-ip$)/;

/**
 * Whether a request comes from a browser on this machine and through no undeclared proxy: from a
 * loopback address, to one, from a page of one, and as HTTP/1.1, which nginx does not speak by
 * default. With DNS rebinding the page's host name still shows in the Host header.
 */
export function isOwnBrowser(request: {
  readonly address: string;
  readonly httpVersion: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}): boolean {
  const { address, httpVersion, headers } = request;
  const { host, origin } = headers;
  if (Object.keys(headers).some((name) => PASSED_ON.test(name))) return false;
  if (httpVersion === "1.0" || !isLoopback(address)) return false;
  if (typeof host !== "string" || !isLoopback(hostOf(`http://${host}`))) return false;
  return origin === undefined || (typeof origin === "string" && isLoopback(hostOf(origin)));
}
