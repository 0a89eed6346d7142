import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./freePorts.ts";
import { findBinaries } from "../../../src/db/cluster/binaries.ts";
import { chooseClusterUser, isReachable } from "../../../src/db/cluster/clusterUser.ts";

const user = chooseClusterUser();

/** A PostgreSQL over TCP that a test copies, stops and sets back, as an operator's own one. */
export class PlainPostgres {
  readonly port: number;
  readonly #folder: string;
  readonly #binaries;

  private constructor(port: number, folder: string) {
    this.port = port;
    this.#folder = folder;
    this.#binaries = findBinaries({
      cacheFolder: join(folder, "programs"),
      reachable: (path) => isReachable(path, user),
      dataMajorVersion: null,
    })!;
  }

  static async create(): Promise<PlainPostgres> {
    const one = new PlainPostgres(await freePort(), PlainPostgres.#newFolder());
    one.#run("initdb", [
      "-D",
      one.data,
      "-U",
      "giliran",
      "--auth=trust",
      "--locale=C",
      "-E",
      "UTF8",
    ]);
    return one;
  }

  static #newFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), "giliran-plain-"));
    chmodSync(folder, 0o755);
    if (user.switchTo) chownSync(folder, user.switchTo.uid, user.switchTo.gid);
    return folder;
  }

  get data(): string {
    return join(this.#folder, "data");
  }

  url(database = "postgres"): string {
    return `postgres://giliran@127.0.0.1:${this.port}/${database}`;
  }

  #run(program: string, args: readonly string[]): void {
    const { binFolder, environment } = this.#binaries;
    execFileSync(join(binFolder, program), args, {
      ...(user.switchTo ? { uid: user.switchTo.uid, gid: user.switchTo.gid } : {}),
      cwd: "/",
      env: { ...process.env, ...environment, LC_ALL: "C" },
      stdio: "ignore",
    });
  }

  start(settings: Readonly<Record<string, string>> = {}): void {
    const all = { port: String(this.port), listen_addresses: "127.0.0.1", ...settings };
    const options = Object.entries({ unix_socket_directories: this.#folder, ...all });
    const text = options.map(([name, value]) => `-c ${name}='${value}'`).join(" ");
    const log = join(this.#folder, "log");
    this.#run("pg_ctl", ["start", "-w", "-s", "-D", this.data, "-l", log, "-o", text]);
  }

  stop(mode: "fast" | "immediate" = "fast"): void {
    this.#run("pg_ctl", ["stop", "-w", "-s", "-m", mode, "-D", this.data]);
  }

  /** A copy of the stopped server's data, as a base backup. */
  copyData(): string {
    const copy = `${this.data}.copy`;
    execFileSync("cp", ["-a", this.data, copy]);
    return copy;
  }

  /** Puts the copy in the place of the data. */
  restore(copy: string): void {
    rmSync(this.data, { recursive: true });
    execFileSync("cp", ["-a", copy, this.data]);
  }

  /** A standby of this server, made from its copy; not started yet. */
  async standby(copy: string): Promise<PlainPostgres> {
    const other = new PlainPostgres(await freePort(), PlainPostgres.#newFolder());
    execFileSync("cp", ["-a", copy, other.data]);
    const place = `host=127.0.0.1 port=${this.port} user=giliran`;
    appendFileSync(join(other.data, "postgresql.auto.conf"), `primary_conninfo = '${place}'\n`);
    writeFileSync(join(other.data, "standby.signal"), "");
    return other;
  }

  promote(): void {
    this.#run("pg_ctl", ["promote", "-w", "-s", "-D", this.data]);
  }

  remove(): void {
    try {
      this.stop("immediate");
    } catch {
      // not running
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
