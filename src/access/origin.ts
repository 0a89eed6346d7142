/* Whether a request comes from this server's own pages, and what a proxy in front must be set to. */

/** How a request reached the server: what its head says, as far as it is believed. */
export interface Arrival {
  readonly scheme: string;
  readonly host: string;
}

/** Scheme, host and port of an address; null for what is none, as "null". */
export function originOf(address: string): string | null {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return null;
  return new URL(address).origin;
}

/** The origin that browsers show for this server's pages: as it was set, else as the request arrived. */
export const ownOrigin = (publicUrl: string, { scheme, host }: Arrival): string | null =>
  originOf(publicUrl === "" ? `${scheme}://${host}` : publicUrl);

/** Something seen of a proxy that the settings do not fit. */
export type ProxyFinding =
  | {
      readonly kind: "origin";
      /** Where the page was opened, and where its request was expected from. */
      readonly shown: string;
      readonly own: string;
      readonly publicUrl: string;
    }
  | {
      readonly kind: "forwarded";
      /** The proxy; null where it may be a visitor's own, whose address is kept nowhere. */
      readonly proxy: string | null;
    };

/** A name or address that is nobody's on the internet: what a proxy calls the server behind it. */
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
 * What a refused origin tells of a proxy; null where another site may have sent the request, which is what the
 * check is for. A proxy calls this server by an inner name, or ends TLS without saying so; and a browser that
 * knows the request to be of one origin with its page says it, which no site can feign.
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

/** What was seen, and what to set: for the log and for `doctor`. */
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
