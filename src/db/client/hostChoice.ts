/*
 * Which host of DATABASE_URL connections are made to. All pools of a process share the choice:
 * after a change-over none must go on reading at the old server. States of a choice: trying (hosts
 * are asked in order), settled (one took the last connection), content with a replica (none takes
 * writes, so pages are still read).
 */

import pg from "pg";
import { readDatabaseUrl, type DatabaseHosts } from "./databaseUrl.ts";

/** A server about itself in its greeting; null: not said, as by a pooler. */
interface Greeting {
  readonly isReplica: boolean | null;
  readonly isReadOnly: boolean | null;
}

/** A host that is read-only, where one that takes writes is wanted. */
export class ReadOnlyHostError extends Error {
  override name = "ReadOnlyHostError";
}

/** The choice among the hosts of one database. */
export class HostChoice {
  readonly #hosts: DatabaseHosts;
  readonly #listeners = new Set<() => void>();
  #hostNo = 0;
  /** Hosts in a row that gave no connection that takes writes. */
  #missCount = 0;

  constructor(hosts: DatabaseHosts) {
    this.#hosts = hosts;
  }

  get count(): number {
    return this.#hosts.urls.length;
  }

  get hostNo(): number {
    return this.#hostNo;
  }

  urlOf(hostNo: number): string {
    return this.#hosts.urls[hostNo] as string;
  }

  /** A host gave no connection, or turned out to take no writes: the next one is tried. */
  failed(hostNo: number): void {
    if (this.count === 1 || hostNo !== this.#hostNo) return;
    this.#missCount++;
    this.#hostNo = (hostNo + 1) % this.count;
    for (const listener of this.#listeners) listener();
  }

  /** Whether a connection of this host is taken, by what it says of itself. */
  accepts(hostNo: number, { isReplica, isReadOnly }: Greeting): boolean {
    const { wanted } = this.#hosts;
    const isWanted =
      wanted === "any" || !(isReplica === true || (wanted === "read-write" && isReadOnly === true));
    if (isWanted && hostNo === this.#hostNo) this.#missCount = 0;
    // No host takes writes: reading goes on, and each failing write looks for one again.
    return isWanted || this.count === 1 || this.#missCount >= this.count;
  }

  /** Calls back whenever another host is chosen. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  forget(listener: () => void): void {
    this.#listeners.delete(listener);
  }
}

const choices = new Map<string, HostChoice>();

/** The choice that all pools of a process share. Throws for an address that cannot be used. */
export function choiceOf(url: string): HostChoice {
  const known = choices.get(url);
  if (known) return known;
  const hosts = readDatabaseUrl(url);
  if ("why" in hosts) throw new TypeError(`DATABASE_URL: ${hosts.why}`);
  const choice = new HostChoice(hosts);
  choices.set(url, choice);
  return choice;
}

/** The driver's types omit its connection. */
interface Greeter {
  on(
    event: "parameterStatus",
    listener: (message: {
      readonly parameterName: string;
      readonly parameterValue: string;
    }) => void,
  ): void;
}

const NOT_SAID: Greeting = { isReplica: null, isReadOnly: null };
const clientHosts = new WeakMap<pg.ClientBase, number>();

/** The host that a connection was made to. */
export const hostNoOf = (client: pg.ClientBase): number => clientHosts.get(client) ?? 0;

/**
 * The client of a pool. The pool's own timeout also covers the wait for a free connection, which
 * may take longer than connecting.
 */
export function clientClass(choice: HostChoice | null, connectMs: number): typeof pg.Client {
  return class extends pg.Client {
    readonly #hostNo: number;
    #greeting = NOT_SAID;

    constructor(config?: pg.ClientConfig) {
      const hostNo = choice?.hostNo ?? 0;
      const place = choice === null ? {} : { connectionString: choice.urlOf(hostNo) };
      super({ ...config, ...place, connectionTimeoutMillis: connectMs });
      this.#hostNo = hostNo;
      clientHosts.set(this, hostNo);
      if (choice !== null && choice.count > 1) this.#listen();
    }

    /** PostgreSQL reports both settings with each connection, so asking costs no round trip. */
    #listen(): void {
      const { connection } = this as unknown as { readonly connection: Greeter };
      connection.on("parameterStatus", ({ parameterName, parameterValue }) => {
        const isOn = parameterValue === "on";
        if (parameterName === "in_hot_standby")
          this.#greeting = { ...this.#greeting, isReplica: isOn };
        if (parameterName === "default_transaction_read_only") {
          this.#greeting = { ...this.#greeting, isReadOnly: isOn };
        }
      });
    }

    override connect(): Promise<this>;
    override connect(callback: (error: Error) => void): void;
    override connect(callback?: (error: Error) => void): Promise<this> | undefined {
      // Only the pool connects, and it calls back.
      if (callback === undefined) return super.connect() as unknown as Promise<this>;
      super.connect((error: Error | null) => {
        const refused = error ?? this.#refusal();
        if (refused !== null) choice?.failed(this.#hostNo);
        callback(refused as Error);
      });
      return undefined;
    }

    #refusal(): Error | null {
      if (choice === null || choice.accepts(this.#hostNo, this.#greeting)) return null;
      // The pool believes that a client which did not connect is gone.
      void this.end().catch(() => undefined);
      return new ReadOnlyHostError("this host of DATABASE_URL takes no writes");
    }
  } as unknown as typeof pg.Client;
}
