import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { Agent, request } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./freePorts.ts";

const EXAMPLES = join(import.meta.dirname, "../../../examples/proxies");
/** The name in the shipped files. */
export const SHOP = "shop.example";

export type ProxyName = "haproxy" | "nginx" | "caddy";

interface Given {
  readonly folder: string;
  readonly port: number;
  readonly servers: readonly [string, string];
}

interface Program {
  readonly binary: string;
  readonly file: string;
  readonly args: (config: string) => readonly string[];
  /** A line of the file that maps slugs to installations. */
  readonly cell: (slug: string, origin: string) => string;
  /** Changes of the shipped file for a test: ports and paths of this machine. */
  readonly changes: (given: Given) => readonly (readonly [string, string])[];
}

const upstreams = ({ servers }: Given) =>
  [
    ["127.0.0.1:8081", servers[0]],
    ["127.0.0.1:8082", servers[1]],
  ] as const;

const PROGRAMS: Record<ProxyName, Program> = {
  haproxy: {
    binary: "/usr/sbin/haproxy",
    file: "haproxy.cfg",
    args: (config) => ["-db", "-f", config],
    cell: (slug, origin) => `${slug} ${origin}\n`,
    changes: (given) => [
      ["bind :443", `bind 127.0.0.1:${given.port}`],
      ["/etc/giliran/", `${given.folder}/`],
      ["maxconn 100000", "maxconn 1000"],
      ...upstreams(given),
    ],
  },
  nginx: {
    binary: "/usr/sbin/nginx",
    file: "nginx.conf",
    args: (config) => ["-c", config, "-g", "daemon off;"],
    cell: (slug, origin) => `${slug} ${origin};\n`,
    changes: (given) => [
      ["listen 443", `listen 127.0.0.1:${given.port}`],
      ["/etc/giliran/", `${given.folder}/`],
      ["/run/nginx-giliran.pid", join(given.folder, "nginx.pid")],
      ["/var/cache/nginx/giliran", join(given.folder, "cache")],
      ["worker_rlimit_nofile 200000", "worker_rlimit_nofile 4000"],
      ["worker_connections 50000", "worker_connections 1000"],
      ...upstreams(given),
    ],
  },
  caddy: {
    binary: "/usr/bin/caddy",
    file: "Caddyfile",
    args: (config) => ["run", "--adapter", "caddyfile", "--config", config],
    cell: (slug, origin) => `${slug} ${origin}\n`,
    changes: (given) => [
      [
        `${SHOP} {`,
        `{\n\tadmin off\n\tauto_https off\n}\n${SHOP}:${given.port} {\n\tbind 127.0.0.1\n\ttls ${given.folder}/shop.pem ${given.folder}/shop.pem`,
      ],
      ["/etc/giliran/", `${given.folder}/`],
      ...upstreams(given),
    ],
  },
};

/** Why a proxy cannot be tried here; null if it can. */
export function whyNotHere(name: ProxyName): string | null {
  if (!existsSync(PROGRAMS[name].binary)) return `${name} is not installed`;
  if (spawnSync("openssl", ["version"]).status !== 0) return "openssl is not installed";
  return name === "nginx" && process.getuid?.() !== 0 ? "nginx needs root for its folders" : null;
}

function writeCertificate(folder: string): void {
  const key = join(folder, "key.pem");
  const certificate = join(folder, "certificate.pem");
  const args = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"];
  const made = spawnSync("openssl", [
    ...args,
    ...["-keyout", key, "-out", certificate, "-subj", `/CN=${SHOP}`],
  ]);
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr.toString()}`);
  writeFileSync(join(folder, "shop.pem"), readFileSync(certificate) + "" + readFileSync(key));
}

export interface ProxyReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface ProxyCall {
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** A real proxy with the shipped file, in front of two servers. */
export class RealProxy {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #agent = new Agent({ keepAlive: true, rejectUnauthorized: false });

  private constructor(port: number, child: ChildProcess, folder: string) {
    this.port = port;
    this.#child = child;
    this.#folder = folder;
  }

  /** `servers`: their addresses as `host:port`. `cells`: sales of other installations. */
  static async start(
    name: ProxyName,
    servers: readonly [string, string],
    cells: Readonly<Record<string, string>>,
  ): Promise<RealProxy> {
    const program = PROGRAMS[name];
    const folder = mkdtempSync(join(tmpdir(), `giliran-${name}-`));
    // nginx's workers are another user.
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, "cache"));
    writeCertificate(folder);
    const lines = Object.entries(cells).map(([slug, origin]) => program.cell(slug, origin));
    writeFileSync(join(folder, "cells.map"), lines.join(""));
    const port = await freePort();
    let config = readFileSync(join(EXAMPLES, program.file), "utf8");
    for (const [from, to] of program.changes({ folder, port, servers })) {
      if (!config.includes(from)) throw new Error(`${program.file} has no "${from}"`);
      config = config.replaceAll(from, to);
    }
    const file = join(folder, program.file);
    writeFileSync(file, config);
    const child = spawn(program.binary, program.args(file), {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    });
    let said = "";
    child.stderr!.on("data", (chunk: Buffer) => (said += chunk.toString()));
    for (let look = 0; !(await listens(port)); look++) {
      if (child.exitCode !== null || look > 200) throw new Error(`${name} does not start: ${said}`);
      await new Promise((resume) => setTimeout(resume, 50));
    }
    return new RealProxy(port, child, folder);
  }

  /** As a browser does, whose name for the shop leads to this proxy. */
  async call(path: string, { method = "GET", headers = {}, body }: ProxyCall = {}) {
    return await new Promise<ProxyReply>((done, failed) => {
      const asked = request(
        {
          host: "127.0.0.1",
          port: this.port,
          servername: SHOP,
          agent: this.#agent,
          method,
          path,
          headers: { host: SHOP, ...headers },
        },
        async (answer) => {
          const text = Buffer.concat(await answer.toArray()).toString();
          done({ status: answer.statusCode ?? 0, headers: answer.headers, body: text });
        },
      );
      asked.once("error", failed);
      asked.end(body);
    });
  }

  /** Whether an upload of this size may be sent, by what is said before its first byte. */
  async takesUpload(path: string, bytes: number): Promise<boolean> {
    return await new Promise<boolean>((done, failed) => {
      const { port } = this;
      const asked = request({
        ...{ host: "127.0.0.1", port, servername: SHOP, agent: this.#agent, path, method: "POST" },
        headers: {
          ...{ host: SHOP, expect: "100-continue" },
          ...{ "content-type": "text/csv", "content-length": bytes },
        },
      });
      const say = (takes: boolean) => {
        asked.removeAllListeners("error").on("error", () => undefined);
        asked.destroy();
        done(takes);
      };
      asked.once("continue", () => say(true));
      asked.once("response", ({ statusCode }) => say(statusCode !== 413));
      asked.once("error", failed);
      asked.flushHeaders();
    });
  }

  async stop(): Promise<void> {
    const ended = new Promise((done) => this.#child.once("exit", done));
    this.#agent.destroy();
    this.#child.kill("SIGTERM");
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function listens(port: number): Promise<boolean> {
  return await new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => (socket.destroy(), done(true)));
    socket.once("error", () => done(false));
  });
}
