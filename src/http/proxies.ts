import type { IncomingHttpHeaders } from "node:http";
import type { Logger } from "pino";
import {
  findingText,
  isInternalHost,
  originFinding,
  originOf,
  ownOrigin,
  type Arrival,
  type ProxyFinding,
} from "../access/origin.ts";
import { Networks, plainAddress } from "../access/io/networks.ts";
import { Refusal } from "./problem.ts";

/** The head of a request and who sent it. */
export interface Came {
  readonly headers: IncomingHttpHeaders;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** The last of a header that proxies append to. */
const lastOf = (header: string | string[] | undefined): string | undefined =>
  [header].flat().at(-1)?.split(",").at(-1)?.trim();

/** What was seen is written down again after so long, so that `doctor` can tell what is still so. */
const WRITTEN_AGAIN_MS = 3_600_000;

/** What stands between browsers and this server: who is believed, what our own origin is, and what does not fit. */
export class Proxies {
  readonly #trusted: Networks;
  readonly #publicUrl: string;
  readonly #logger: Logger;
  readonly #keep: (finding: ProxyFinding) => Promise<void>;
  readonly #clock: { nowMs(): number };
  readonly #writtenMs = new Map<string, number>();

  constructor(options: {
    readonly trusted: readonly string[];
    /** How others reach this server, as it was set; empty: as each request says. */
    readonly publicUrl: string;
    readonly logger: Logger;
    readonly clock: { nowMs(): number };
    /** Writes a finding down for `doctor`. */
    readonly keep: (finding: ProxyFinding) => Promise<void>;
  }) {
    this.#trusted = new Networks(options.trusted);
    this.#publicUrl = options.publicUrl;
    this.#logger = options.logger;
    this.#keep = options.keep;
    this.#clock = options.clock;
  }

  /** Whether what this address says of others is believed. */
  trusts(address: string | undefined): boolean {
    return address !== undefined && this.#trusted.has(address);
  }

  /** How a request arrived: this server speaks plain HTTP, and only a trusted proxy may say otherwise. */
  #arrivalOf({ headers, socket }: Came): Arrival {
    const believed = this.trusts(socket.remoteAddress);
    const host = (believed && lastOf(headers["x-forwarded-host"])) || headers.host || "";
    const said = believed ? lastOf(headers["x-forwarded-proto"]) : undefined;
    return { scheme: said === "https" ? "https" : "http", host };
  }

  /** The origin that browsers show for our pages; null where the request names no host that could be one. */
  ownOrigin(request: Came): string | null {
    return ownOrigin(this.#publicUrl, this.#arrivalOf(request));
  }

  /** Refuses an origin that is not our own, whole: scheme, host and port. What is to be set is said where it is that. */
  refuseForeign(request: Came, origin: string): void {
    const shown = originOf(origin);
    if (shown !== null && shown === this.ownOrigin(request)) return;
    const saidSameOrigin = request.headers["sec-fetch-site"] === "same-origin";
    const arrival = { ...this.#arrivalOf(request), saidSameOrigin };
    const finding = originFinding(origin, arrival, this.#publicUrl);
    if (finding === null) throw new Refusal("foreign_origin");
    this.#note(finding);
    throw new Refusal("foreign_origin", {
      errors: [{ field: "header.origin", reason: findingText(finding) }],
    });
  }

  /** Notices a proxy that is not believed: everybody behind it has its address. */
  watch({ headers, socket }: Came): void {
    if (headers["x-forwarded-for"] === undefined && headers.forwarded === undefined) return;
    if (this.trusts(socket.remoteAddress)) return;
    const address = plainAddress(socket.remoteAddress ?? "");
    this.#note({ kind: "forwarded", proxy: isInternalHost(address) ? address : null });
  }

  /** Says it once in the log, and writes it down now and then. */
  #note(finding: ProxyFinding): void {
    const nowMs = this.#clock.nowMs();
    const writtenMs = this.#writtenMs.get(finding.kind);
    if (writtenMs !== undefined && nowMs - writtenMs < WRITTEN_AGAIN_MS) return;
    this.#writtenMs.set(finding.kind, nowMs);
    if (writtenMs === undefined) this.#logger.warn(findingText(finding));
    // A hint that is lost is seen again in an hour; the request that gave it must not wait, or fail.
    void this.#keep(finding).catch(() => undefined);
  }
}
