/*
 * DATABASE_URL with one host or several, as libpq writes them: `postgres://u@a:5432,b:5433/db`, or
 * `?host=a,b&port=5432,5433`. A wrong value is refused in words, never guessed at: a server that
 * writes to the wrong database is worse than one that does not start.
 */

/** Which of several hosts is taken: the first that answers, or the first that takes writes. */
export type WantedSession = "any" | "primary" | "read-write";

/** The hosts of a DATABASE_URL in the order in which they are tried. */
export interface DatabaseHosts {
  /** One address a host. */
  readonly urls: readonly string[];
  readonly wanted: WantedSession;
}

const PARTS = /^(postgres(?:ql)?:\/\/)(?:([^@/?#]*)@)?([^/?#]*)([^?#]*)(?:\?([^#]*))?$/;
const WANTED: readonly string[] = ["any", "primary", "read-write"] satisfies WantedSession[];

const fail = (why: string) => ({ why });

/** The value of a parameter as a list, one for each host. */
function listOf(params: URLSearchParams, name: string): string[] {
  const value = params.get(name);
  params.delete(name);
  return value === null || value === "" ? [] : value.split(",");
}

/** A host: as it stands after `//`, or as a parameter, which may be the folder of a socket. */
interface NamedHost {
  readonly place: string;
  readonly host: string | null;
}

function hostsFrom(authority: string, named: readonly string[]): readonly NamedHost[] {
  if (named.length > 0) return named.map((host) => ({ place: "localhost", host }));
  return authority.split(",").map((place) => ({ place, host: null }));
}

/** The hosts of a DATABASE_URL; `why` it cannot be used. */
export function readDatabaseUrl(text: string): DatabaseHosts | { readonly why: string } {
  const parts = PARTS.exec(text);
  if (parts === null) return fail("it must be an address such as postgres://user@host:5432/name");
  const [, scheme = "", user, authority = "", path = "", query = ""] = parts;
  const params = new URLSearchParams(query);
  const wanted = params.get("target_session_attrs");
  params.delete("target_session_attrs");
  if (wanted !== null && !WANTED.includes(wanted)) {
    return fail(
      `target_session_attrs=${wanted} does not fit: a server writes, so it can be ${WANTED.join(", ")}`,
    );
  }
  const ports = listOf(params, "port");
  const hosts = hostsFrom(authority, listOf(params, "host"));
  if (ports.length > 1 && ports.length !== hosts.length) {
    return fail(`it names ${hosts.length} hosts and ${ports.length} ports`);
  }
  if (hosts.length > 1 && hosts.some(({ place, host }) => (host ?? place) === "")) {
    return fail("one of its hosts is empty");
  }
  if (hosts.length === 1 && wanted === null) return { urls: [text], wanted: "any" };
  const urls = hosts.map(({ place, host }, no) => {
    const port = (ports.length === 1 ? ports[0] : ports[no]) ?? "";
    const own = new URLSearchParams(params);
    if (host !== null) own.set("host", host);
    if (port !== "") own.set("port", port);
    const tail = own.size > 0 ? `?${own.toString()}` : "";
    return `${scheme}${user === undefined ? "" : `${user}@`}${place}${path}${tail}`;
  });
  // One process may serve only from a database that takes writes, so that is what is looked for.
  return { urls, wanted: (wanted ?? "read-write") as WantedSession };
}
