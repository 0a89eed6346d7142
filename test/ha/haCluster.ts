import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "../helpers/outside/freePorts.ts";
import { pause, until } from "../helpers/outside/waiting.ts";

/** Seconds; `loop_wait + 2 · retry_timeout ≤ ttl`, and Patroni takes no shorter ttl. */
export const TTL_S = 20;
const LOOP_WAIT_S = 5;
const RETRY_TIMEOUT_S = 5;
const DISK_MB = 700;
const POSTGRES = "/usr/lib/postgresql/15/bin";
const PROGRAMS = [
  "/usr/bin/patroni",
  "/usr/bin/etcd",
  "/usr/sbin/haproxy",
  `${POSTGRES}/postgres`,
  "/usr/bin/setpriv",
];

/** Why a cluster cannot be tried here; null if it can. */
export function whyNoCluster(): string | null {
  const missing = PROGRAMS.filter((program) => !existsSync(program));
  if (missing.length > 0) return `${missing.join(", ")} not installed`;
  return process.getuid?.() === 0 ? null : "root is needed, to run PostgreSQL as another user";
}

/** A process and all that it started, youngest last. */
function familyOf(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) => {
    const text = readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").trim();
    return text === "" ? [] : text.split(" ").map(Number);
  });
  return [
    pid,
    ...children.flatMap((child) => (existsSync(`/proc/${child}`) ? familyOf(child) : [])),
  ];
}

/** Patroni and its PostgreSQL, which is no child of it. */
function pidsOf({ child, folder }: Machine): number[] {
  const file = join(folder, "data/postmaster.pid");
  const postmaster = existsSync(file) ? Number(readFileSync(file, "utf8").split("\n")[0]) : 0;
  const roots = [child?.pid ?? 0, postmaster].filter((pid) => existsSync(`/proc/${pid}/task`));
  return roots.flatMap(familyOf);
}

/** One machine: Patroni and its PostgreSQL. */
interface Machine {
  readonly name: string;
  readonly restPort: number;
  readonly databasePort: number;
  readonly folder: string;
  child: ChildProcess | null;
  /** Frozen processes, in the order in which they were frozen. */
  frozen: readonly number[];
}

/** Three machines with Patroni and one synchronous standby, etcd, and HAProxy before them. */
export class HaCluster {
  readonly folder = mkdtempSync(join(tmpdir(), "giliran-ha-"));
  readonly machines: Machine[] = [];
  readonly #children: ChildProcess[] = [];
  #etcdPort = 0;
  #synchronous = true;
  /** Leads to the primary. */
  port = 0;

  /** The versions, as they name themselves. */
  static versions(): string {
    const said = (program: string, arg: string) =>
      spawnSync(program, [arg]).stdout.toString().split("\n")[0]!.trim();
    const names = [
      said("/usr/bin/patroni", "--version"),
      said("/usr/bin/etcd", "--version"),
      said("/usr/sbin/haproxy", "-v"),
      said(`${POSTGRES}/postgres`, "--version"),
    ];
    return names.join("; ");
  }

  /** `synchronous` false: the primary waits for nobody, as PostgreSQL does by itself. */
  async start(synchronous: boolean): Promise<void> {
    this.#synchronous = synchronous;
    mkdirSync(join(this.folder, "etcd"));
    const ports = await freePorts(9);
    this.#etcdPort = ports[0]!;
    this.port = ports[2]!;
    for (const [index, name] of ["one", "two", "three"].entries()) {
      const folder = join(this.folder, name);
      mkdirSync(folder);
      // A disk of its own, so that it can be filled.
      const mounted = spawnSync("mount", [
        "-t",
        "tmpfs",
        "-o",
        `size=${DISK_MB}m`,
        "tmpfs",
        folder,
      ]);
      if (mounted.status !== 0) throw new Error(`mount: ${mounted.stderr.toString()}`);
      const [restPort, databasePort] = [ports[3 + 2 * index]!, ports[4 + 2 * index]!];
      this.machines.push({ name, restPort, databasePort, folder, child: null, frozen: [] });
    }
    spawnSync("chown", ["-R", "postgres:postgres", this.folder]);
    this.#startEtcd(ports[1]!);
    for (const machine of this.machines) this.startMachine(machine);
    this.#startHaproxy();
    await until("a primary with a synchronous standby", () => this.isWhole(), 120_000);
  }

  #run(program: string, args: readonly string[], log: string): ChildProcess {
    const out = ["sh", "-c", `exec "$@" >>${join(this.folder, log)} 2>&1`, "sh", program, ...args];
    const as = ["--reuid=postgres", "--regid=postgres", "--init-groups", "--"];
    return spawn("/usr/bin/setpriv", [...as, ...out], { stdio: "ignore" });
  }

  #startEtcd(peerPort: number): void {
    const client = `http://127.0.0.1:${this.#etcdPort}`;
    const peer = `http://127.0.0.1:${peerPort}`;
    const child = this.#run(
      "/usr/bin/etcd",
      [
        ...["--name", "etcd", "--data-dir", join(this.folder, "etcd"), "--enable-v2"],
        ...["--listen-client-urls", client, "--advertise-client-urls", client],
        ...["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer],
        ...["--initial-cluster", `etcd=${peer}`],
      ],
      "etcd.log",
    );
    this.#children.push(child);
  }

  startMachine(machine: Machine): void {
    const file = join(machine.folder, "patroni.json");
    writeFileSync(file, JSON.stringify(this.#settings(machine), null, 2));
    machine.child = this.#run("/usr/bin/patroni", [file], `${machine.name}.log`);
  }

  /** JSON is YAML. `etcd` is its second protocol: with `etcd3` this version of Patroni loses data. */
  #settings({ name, restPort, databasePort, folder }: Machine): object {
    const rest = `127.0.0.1:${restPort}`;
    const database = `127.0.0.1:${databasePort}`;
    return {
      scope: "giliran",
      name,
      restapi: { listen: rest, connect_address: rest },
      etcd: { host: `127.0.0.1:${this.#etcdPort}` },
      bootstrap: {
        dcs: {
          ttl: TTL_S,
          loop_wait: LOOP_WAIT_S,
          retry_timeout: RETRY_TIMEOUT_S,
          primary_start_timeout: 0,
          // The control wants a standby that lacks something to take over.
          ...(this.#synchronous ? {} : { maximum_lag_on_failover: 1_000_000_000 }),
          synchronous_mode: this.#synchronous,
          synchronous_mode_strict: this.#synchronous,
          check_timeline: true,
          postgresql: {
            use_pg_rewind: true,
            parameters: { max_connections: 60, shared_buffers: "32MB", wal_keep_size: "256MB" },
          },
        },
        initdb: [{ encoding: "UTF8" }, { locale: "C" }, "data-checksums"],
        pg_hba: [
          "host all all 127.0.0.1/32 trust",
          "host replication all 127.0.0.1/32 trust",
          "local all all trust",
        ],
      },
      postgresql: {
        listen: database,
        connect_address: database,
        data_dir: join(folder, "data"),
        bin_dir: POSTGRES,
        pgpass: join(folder, "pgpass"),
        parameters: { unix_socket_directories: folder },
        authentication: {
          superuser: { username: "postgres", password: "postgres" },
          replication: { username: "replicator", password: "replicator" },
          rewind: { username: "rewinder", password: "rewinder" },
        },
      },
      watchdog: { mode: "off" },
    };
  }

  #startHaproxy(): void {
    const file = join(this.folder, "haproxy.cfg");
    const servers = this.machines.map(
      ({ name, restPort, databasePort }) =>
        `  server ${name} 127.0.0.1:${databasePort} check port ${restPort}`,
    );
    const lines = [
      "defaults",
      "  mode tcp",
      "  timeout connect 2s",
      "  timeout client 1h",
      "  timeout server 1h",
      "listen primary",
      `  bind 127.0.0.1:${this.port}`,
      "  option httpchk GET /primary",
      "  http-check expect status 200",
      "  default-server inter 500ms fastinter 200ms fall 2 rise 1 on-marked-down shutdown-sessions",
      ...servers,
      "",
    ];
    writeFileSync(file, lines.join("\n"));
    this.#children.push(this.#run("/usr/sbin/haproxy", ["-db", "-f", file], "haproxy.log"));
  }

  async #asks(machine: Machine, path: string): Promise<number> {
    const options = { signal: AbortSignal.timeout(1_500) };
    const reply = await fetch(`http://127.0.0.1:${machine.restPort}${path}`, options).catch(
      () => null,
    );
    await reply?.body?.cancel();
    return reply?.status ?? 0;
  }

  async primary(): Promise<Machine | null> {
    for (const machine of this.machines) {
      if (machine.frozen.length === 0 && (await this.#asks(machine, "/primary")) === 200)
        return machine;
    }
    return null;
  }

  async #countOf(path: string): Promise<number> {
    const statuses = await Promise.all(this.machines.map((machine) => this.#asks(machine, path)));
    return statuses.filter((status) => status === 200).length;
  }

  /** A primary, a synchronous standby and a further one, all without a lag worth a word. */
  async isWhole(): Promise<boolean> {
    if ((await this.#countOf("/primary")) !== 1) return false;
    const synchronousCount = this.#synchronous ? 1 : 0;
    if ((await this.#countOf("/sync")) !== synchronousCount) return false;
    return (await this.#countOf("/replica?lag=1MB")) === 2;
  }

  /** The machine loses its power. */
  kill(machine: Machine): void {
    const pids = pidsOf(machine);
    for (const pid of pids) signal(pid, "SIGKILL");
    machine.child = null;
  }

  /** The machine stands still, as a virtual one does that is moved. */
  freeze(machine: Machine): void {
    const pids = pidsOf(machine);
    for (const pid of pids) signal(pid, "SIGSTOP");
    machine.frozen = pids;
  }

  /** And goes on, believing that no time has passed. PostgreSQL comes first, as the worse case. */
  thaw(machine: Machine): void {
    for (const pid of [...machine.frozen].reverse()) signal(pid, "SIGCONT");
    machine.frozen = [];
  }

  /** Asks for another primary; returns once Patroni says that it is done. */
  async switchOver(from: Machine): Promise<void> {
    const to = await this.#standby();
    const reply = await fetch(`http://127.0.0.1:${from.restPort}/switchover`, {
      method: "POST",
      body: JSON.stringify({ leader: from.name, candidate: to.name }),
    });
    if (reply.status !== 200) throw new Error(`switchover: ${reply.status} ${await reply.text()}`);
  }

  async #standby(): Promise<Machine> {
    for (const machine of this.machines) {
      if ((await this.#asks(machine, "/sync")) === 200) return machine;
    }
    throw new Error("there is no synchronous standby");
  }

  /** The processes of standbys that take in what the primary writes. */
  receivers(): number[] {
    const all = this.machines.flatMap(pidsOf);
    const isReceiver = (pid: number) =>
      readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("walreceiver");
    return all.filter(isReceiver);
  }

  /** Leaves nothing free on a machine's disk. */
  fillDisk({ folder }: Machine): void {
    const { bavail, bsize } = statfsSync(folder);
    spawnSync("fallocate", ["-l", String(bavail * bsize), join(folder, "full")]);
  }

  freeDisk({ folder }: Machine): void {
    rmSync(join(folder, "full"), { force: true });
  }

  /** Ends everything. Folders are kept for a look with `GILIRAN_HA_KEEP`. */
  async stop(): Promise<void> {
    for (const machine of this.machines) {
      if (machine.frozen.length > 0) this.thaw(machine);
      if (machine.child) this.kill(machine);
    }
    for (const child of this.#children)
      for (const pid of familyOf(child.pid!)) signal(pid, "SIGKILL");
    await pause(300);
    if (process.env.GILIRAN_HA_KEEP) return;
    for (const { folder } of this.machines) spawnSync("umount", [folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}
