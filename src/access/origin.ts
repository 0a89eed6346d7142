/*
 * Checks that a request comes from this server's own pages, and works out from refused requests how
 * a proxy in front is misconfigured. A false report costs an operator time; an accepted foreign
 * origin would let any site act as a signed-in buyer.
 */

/** Facts about a request's way here: its headers, as far as they are trusted. */
export interface Arrival {
  readonly scheme: string;
  readonly host: string;
}

/** Scheme, host and port of an address; null if it is no URL, such as "null". */
export function originOf(address: string): string | null {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return null;
  return new URL(address).origin;
}

/**
 * The origin that browsers show for this server's pages: the configured one, else the request's
 * own.
 */
export const ownOrigin = (publicUrl: string, { scheme, host }: Arrival): string | null =>
  originOf(publicUrl === "" ? `${scheme}://${host}` : publicUrl);

/** A difference between the settings and what a proxy sends. */
export type ProxyFinding =
  | {
      readonly kind: "origin";
      /** The origin of the page, and the origin that was expected. */
      readonly shown: string;
      readonly own: string;
      readonly publicUrl: string;
    }
  | {
      readonly kind: "forwarded";
      /** The proxy's address; null if it may be a visitor's own, which is never stored. */
      readonly proxy: string | null;
    };

/** Whether a name or address is internal, as a proxy calls the server behind it. */
export function isInternalHost(host: string): boolean {
  const name = host
    .replace(/:\d+$/, "")
    .replace(/^\[|\]$/g, "")
    .toLowerCase();
  if (/^(127|10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))\./.test(name)) return true;
  if (name.includes(":")) return /^(::1$|::ffff:127\.|f[cd]|fe[89ab])/.test(name);
  return !name.includes(".") || /\.(local|internal|localhost)$/.test(name);
}

/**
 * Works out a proxy's mistake from a refused origin. Null if another site may have sent the
 * request: refusing those is the purpose of the check. A proxy uses an internal host name, or ends
 * TLS without a header; and a browser that considers the request same-origin sends
 * `Sec-Fetch-Site`, which no site can forge.
 */
export function originFinding(
  shown: string,
  arrival: Arrival & { readonly saidSameOrigin: boolean },
  publicUrl: string,
): ProxyFinding | null {
  const own = ownOrigin(publicUrl, arrival);
  const origin = originOf(shown);
  if (origin === null || origin === own) return null;
  const { host, saidSameOrigin } = arrival;
  const innerName = publicUrl === "" && isInternalHost(host);
  if (!saidSameOrigin && !innerName && new URL(origin).host !== host.toLowerCase()) return null;
  return { kind: "origin", shown: origin, own: own ?? host, publicUrl };
}

/** The finding and the setting to change, for the log and for `doctor`. */
export function findingText(finding: ProxyFinding): string {
  if (finding.kind === "forwarded") {
    const { proxy } = finding;
    const set = proxy === null ? "If that is your proxy, name it there" : `Set it to ${proxy}`;
    return (
      `Requests carry X-Forwarded-For from ${proxy ?? "an address"} that GILIRAN_TRUSTED_PROXIES does not name, ` +
      `so everybody behind it counts as one address and shares one limit. ${set}.`
    );
  }
  const { shown, own, publicUrl } = finding;
  const now = publicUrl === "" ? "is not set" : `is ${publicUrl}`;
  return (
    `Pages are opened at ${shown}, but their requests were expected from ${own}, so they are refused as foreign. ` +
    `GILIRAN_PUBLIC_URL ${now}: if ${shown} is this server's address, set it to that.`
  );
}
