/* Addresses on the net: carriers put thousands behind one, homes change theirs, servers are rented. */

import type { SeededChance } from "../../../../src/crowd/chance.ts";

interface Carrier {
  readonly name: string;
  /** First digits of its phone numbers. */
  readonly prefixes: readonly string[];
  readonly weight: number;
  readonly nets: readonly string[];
  /** How many addresses its customers share. */
  readonly shared: number;
}

const CARRIERS: readonly Carrier[] = [
  {
    name: "Telkomsel",
    prefixes: ["0812", "0813", "0821", "0822", "0852", "0853"],
    weight: 42,
    nets: ["114.124", "182.0", "182.1", "182.2", "182.3"],
    shared: 170,
  },
  {
    name: "Indosat",
    prefixes: ["0856", "0857", "0858", "0815"],
    weight: 19,
    nets: ["114.4", "114.5", "120.188"],
    shared: 80,
  },
  {
    name: "XL",
    prefixes: ["0877", "0878", "0817", "0831"],
    weight: 19,
    nets: ["112.215", "140.213"],
    shared: 60,
  },
  {
    name: "Tri",
    prefixes: ["0895", "0896", "0897"],
    weight: 13,
    nets: ["116.206", "180.214"],
    shared: 45,
  },
  {
    name: "Smartfren",
    prefixes: ["0881", "0882", "0888"],
    weight: 7,
    nets: ["202.67"],
    shared: 18,
  },
];

const HOME_NETS = ["36.68", "36.71", "36.79", "125.160", "125.164", "180.244", "180.251"];
const OTHER_HOMES = ["103.28", "110.137", "139.195", "158.140", "118.99", "182.253"];
const OFFICE_NETS = ["103.10", "103.23", "202.43", "202.152", "203.142", "117.54"];
const SERVER_NETS = ["128.199", "139.59", "13.250", "149.129", "147.139", "103.93", "45.76"];

/** All networks of one event. */
export class Networks {
  readonly #chance: SeededChance;
  readonly #shared = new Map<string, readonly string[]>();
  readonly #bag: readonly Carrier[];
  readonly #tunnels: readonly string[];

  constructor(chance: SeededChance) {
    this.#chance = chance;
    this.#bag = CARRIERS.flatMap((one) => Array.from({ length: one.weight }, () => one));
    for (const { name, nets, shared } of CARRIERS) {
      this.#shared.set(
        name,
        Array.from({ length: shared }, () => this.#in(nets)),
      );
    }
    this.#tunnels = Array.from({ length: 40 }, () => this.#in(SERVER_NETS));
  }

  #in(nets: readonly string[]): string {
    return `${this.#chance.pick(nets)}.${this.#chance.below(256)}.${1 + this.#chance.below(254)}`;
  }

  #hex(count: number): string {
    return Array.from({ length: count }, () => this.#chance.below(65_536).toString(16)).join(":");
  }

  anyCarrier(): string {
    return this.#chance.pick(this.#bag).name;
  }

  /** First digits of a phone number of a carrier. */
  prefix(carrier: string): string {
    const found = CARRIERS.find(({ name }) => name === carrier);
    return found === undefined ? "0812" : this.#chance.pick(found.prefixes);
  }

  /** A phone's address: mostly one that many share, the first of the pool more often. */
  mobile(carrier: string): string {
    if (this.#chance.fraction() < 0.12) return `2404:c0:${this.#hex(6)}`;
    const pool = this.#shared.get(carrier) ?? [];
    return pool[Math.floor(this.#chance.fraction() ** 1.7 * pool.length)] ?? "114.124.1.1";
  }

  home(): string {
    if (this.#chance.fraction() < 0.1) return `2001:448a:${this.#hex(6)}`;
    return this.#in(this.#chance.fraction() < 0.7 ? HOME_NETS : OTHER_HOMES);
  }

  /** A fixed address of an office, a campus, a school. */
  office(): string {
    return this.#in(OFFICE_NETS);
  }

  server(): string {
    return this.#in(SERVER_NETS);
  }

  /** An exit of a free VPN or of a browser that saves data; it stands among rented servers. */
  tunnel(): string {
    return this.#chance.pick(this.#tunnels);
  }

  /** Further servers of one hoster stand side by side. */
  besides(server: string): string {
    const [a, b, c] = server.split(".");
    return `${a}.${b}.${c}.${1 + this.#chance.below(254)}`;
  }
}
