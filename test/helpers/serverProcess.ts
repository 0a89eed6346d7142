import { spawn, type ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { SimulatedBrand } from "../../sim/crowd/brand.ts";

const BIN = join(import.meta.dirname, "../../bin/giliran.js");

/** A server in a process of its own, as an operator runs it. */
export interface ServerProcess {
  readonly child: ChildProcess;
  readonly address: string;
  /** Resolves once the process has ended. */
  readonly ended: Promise<void>;
}

/** One secret for every process of a test. */
export const SECRET = "5".repeat(64);

/** The environment that a test's server processes share; the crowd comes from one address. */
export function serverEnvironment(brand: SimulatedBrand, folder: string): Record<string, string> {
  const jwks = join(folder, "brand.jwks.json");
  writeFileSync(jwks, JSON.stringify(brand.login.jwks));
  return {
    PORT: "0",
    HOST: "127.0.0.1",
    GILIRAN_SECRET: SECRET,
    BRAND_JWKS: jwks,
    GILIRAN_SANDBOX: "on",
    BRAND_ISSUER: brand.login.issuer,
    BRAND_AUDIENCE: brand.login.audience,
    LOG_LEVEL: "silent",
    GILIRAN_ADDRESS_BURST: "1000000000",
    GILIRAN_ADDRESS_PER_SECOND: "1000000",
  };
}

/** `channel`: whether it is told of the end of this process, as a rehearsal's server is. */
export async function startServerProcess(
  environment: Record<string, string>,
  channel = false,
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [BIN, "serve", "--json"], {
    env: { ...process.env, DATABASE_URL: "", GILIRAN_DATABASE: "", ...environment },
    stdio: ["ignore", "pipe", "pipe", ...(channel ? (["ipc"] as const) : [])],
  });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  let text = "";
  child.stderr!.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const address = await new Promise<string>((done, failed) => {
    child.stdout!.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const match = /"address": "([^"]+)"/.exec(text);
      if (match) done(match[1] as string);
    });
    child.once("exit", (code) => failed(new Error(`the server ended with ${code}: ${text}`)));
  });
  return { child, address, ended };
}
