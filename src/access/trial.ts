/* Trying Giliran out on one's own machine, where no message can reach anybody. */

/** How an installation is set up, as far as it decides about that. */
export interface Setup {
  readonly sandbox: boolean;
  /** Address that is listened on. */
  readonly host: string;
  readonly publicUrl: string | null;
  readonly trustedProxies: readonly string[];
  /** A mail server or a gateway for texts is set. */
  readonly sendsMessages: boolean;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?|\[?::ffff:127(\.\d{1,3}){3}\]?)$/;

export const isLoopback = (host: string): boolean => LOOPBACK.test(host.toLowerCase());

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : "");

/** Whether others than the people at this machine can come in, as far as the settings tell. */
export function isPublic({ host, publicUrl, trustedProxies }: Setup): boolean {
  const named = publicUrl !== null && !isLoopback(hostOf(publicUrl));
  return named || !isLoopback(host) || trustedProxies.length > 0;
}

/**
 * Whether a one-time code may be shown to the browser that asked for it. The worse mistake by far is to show one
 * where a stranger can ask: then any contact can be signed in with. So only a sandbox that listens to its own
 * machine and cannot send messages does; a real sale has none of the three.
 */
export function showsCodes(setup: Setup): boolean {
  return setup.sandbox && !setup.sendsMessages && !isPublic(setup);
}

/** What proxies and tunnels put on a request that they pass on. */
const PASSED_ON =
  /^(x-forwarded-|x-real-ip$|forwarded$|via$|cf-|x-original-|x-client-ip$|true-client-ip$)/;

/**
 * Whether a request comes from a browser on this machine, and not through a proxy that nobody mentioned: from
 * a loopback address, to one, from a page of one, and as HTTP/1.1, which nginx does not speak unless told to. A page
 * that rebinds its name to this machine still says that name as host.
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
