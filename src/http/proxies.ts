/*
 * Proxies in front of this server: which are trusted, what our origin is, and which
 * misconfigurations requests reveal. Headers of an untrusted address are never believed.
 */

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
import { plainAddress } from "../access/address.ts";
import { arrivalMs, saidArrivalMs } from "../access/arrival.ts";
import { Networks } from "../access/io/networks.ts";
import { Refusal } from "./problem.ts";

/** The headers of a request and the address of its sender. */
export interface Came {
  readonly headers: IncomingHttpHeaders;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** The last value of a header that proxies append to. */
const lastOf = (header: string | string[] | undefined): string | undefined =>
  [header].flat().at(-1)?.split(",").at(-1)?.trim();

/** A finding is stored again after this time, so that `doctor` knows that it persists. */
const WRITTEN_AGAIN_MS = 3_600_000;

/** Trust in proxies, our origin, and findings. */
export class Proxies {
  readonly #trusted: Networks;
  readonly #requestStart: boolean;
  readonly #publicUrl: string;
  readonly #logger: Logger;
  readonly #keep: (finding: ProxyFinding) => Promise<void>;
  readonly #clock: { nowMs(): number };
  readonly #writtenMs = new Map<string, number>();

  constructor(options: {
    readonly trusted: readonly string[];
    /** Whether trusted proxies set `X-Request-Start` themselves, so that no caller can. */
    readonly requestStart: boolean;
    /** The configured public URL; empty: as each request says. */
    readonly publicUrl: string;
    readonly logger: Logger;
    readonly clock: { nowMs(): number };
    /** Stores a finding for `doctor`. */
    readonly keep: (finding: ProxyFinding) => Promise<void>;
  }) {
    this.#trusted = new Networks(options.trusted);
    this.#requestStart = options.requestStart;
    this.#publicUrl = options.publicUrl;
    this.#logger = options.logger;
    this.#keep = options.keep;
    this.#clock = options.clock;
  }

  /** Whether forwarded headers of this address are believed. */
  trusts(address: string | undefined): boolean {
    return address !== undefined && this.#trusted.has(address);
  }

  /**
   * How a request arrived: this server speaks plain HTTP, and only a trusted proxy may say
   * otherwise.
   */
  #arrivalOf({ headers, socket }: Came): Arrival {
    const believed = this.trusts(socket.remoteAddress);
    const host = (believed && lastOf(headers["x-forwarded-host"])) || headers.host || "";
    const said = believed ? lastOf(headers["x-forwarded-proto"]) : undefined;
    return { scheme: said === "https" ? "https" : "http", host };
  }

  /**
   * When a request arrived, in ms: at the proxy, as far as its word counts, else when its head was
   * read.
   */
  arrivedMs(
    { headers, socket, headMs }: Came & { readonly headMs?: number | null },
    nowMs: number,
  ): number {
    const readMs = arrivalMs({ headMs: headMs ?? nowMs, nowMs });
    if (!this.#requestStart || !this.trusts(socket.remoteAddress)) return readMs;
    const said = saidArrivalMs(lastOf(headers["x-request-start"]) ?? "", nowMs);
    return said === null ? readMs : Math.min(said, readMs);
  }

  /** The origin that browsers show for our pages; null if the Host header is unusable. */
  ownOrigin(request: Came): string | null {
    return ownOrigin(this.#publicUrl, this.#arrivalOf(request));
  }

  /**
   * Refuses a foreign origin, comparing scheme, host and port. If a proxy is the cause, the refusal
   * names the setting.
   */
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

  /** Notices an untrusted proxy: everybody behind it has its address. */
  watch({ headers, socket }: Came): void {
    if (headers["x-forwarded-for"] === undefined && headers.forwarded === undefined) return;
    if (this.trusts(socket.remoteAddress)) return;
    const address = plainAddress(socket.remoteAddress ?? "");
    this.#note({ kind: "forwarded", proxy: isInternalHost(address) ? address : null });
  }

  /** Logs a finding once and stores it from time to time. */
  #note(finding: ProxyFinding): void {
    const nowMs = this.#clock.nowMs();
    const writtenMs = this.#writtenMs.get(finding.kind);
    if (writtenMs !== undefined && nowMs - writtenMs < WRITTEN_AGAIN_MS) return;
    this.#writtenMs.set(finding.kind, nowMs);
    if (writtenMs === undefined) this.#logger.warn(findingText(finding));
    // A lost finding is seen again within the hour; the request must neither wait for it nor fail.
    void this.#keep(finding).catch(() => undefined);
  }
}
