import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "oxc-parser";
import { expect, it } from "vitest";

/* Everything that goes to others goes through one door, which sees whether a transaction is open. */

const SRC = join(import.meta.dirname, "../../src");
const DOOR = "access/io/outside.ts";
/** Where a mail client is made; what it sends goes through the door, too. */
const MAIL = "messages/io/messageWays.ts";

/** Asks processes of this machine whether they live, on a socket that is a file. */
const LOCAL = "http/uploadFolder.ts";

const NETWORK_MODULES = new Set(
  ["http", "https", "http2", "net", "tls", "dgram", "undici"].flatMap((name) => [
    name,
    `node:${name}`,
  ]),
);

/** Their exports that call nobody. */
const HARMLESS = new Set(["BlockList", "createServer", "isIP", "isIPv4", "isIPv6"]);

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Calls to the network that pass the door by. */
function callsOutside(file: string, source: string): string[] {
  const { program, module } = parseSync(file, source);
  const found: string[] = [];
  for (const { moduleRequest, entries } of module.staticImports) {
    const used = entries
      .filter((entry) => !entry.isType)
      .map((entry) => entry.importName.name ?? "");
    const reaches = entries.length === 0 || used.some((name) => !HARMLESS.has(name));
    if (NETWORK_MODULES.has(moduleRequest.value) && reaches && file !== LOCAL) {
      found.push(`imports ${moduleRequest.value}`);
    }
    if (moduleRequest.value === "nodemailer" && file !== MAIL) found.push("imports nodemailer");
  }
  const visit = (value: unknown, inDoor: boolean): void => {
    if (Array.isArray(value)) return value.forEach((one) => visit(one, inDoor));
    if (!value || typeof value !== "object" || !("type" in value)) return;
    const node = value as Node;
    let door = inDoor;
    if (node.type === "CallExpression") {
      const name = nameOf(node["callee"] as Node);
      if (name === "outside") door = true;
      if ((name === "fetch" || name === "sendMail") && !inDoor) found.push(`calls ${name}`);
      if (name === "createRemoteJWKSet" && !/\[customFetch\]: fetchOutside/.test(source)) {
        found.push("fetches keys");
      }
    }
    for (const child of Object.values(node)) visit(child, door);
  };
  visit(program, false);
  return found;
}

function nameOf(callee: Node): unknown {
  const property = callee["property"] as Node | undefined;
  if (callee.type !== "MemberExpression") return callee["name"];
  // A private method of ours may be called anything.
  return property?.type === "PrivateIdentifier" ? null : property?.["name"];
}

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".ts"),
);

it("nobody calls the network but through the door", () => {
  const around = files.flatMap((file) => {
    const calls = callsOutside(file, readFileSync(join(SRC, file), "utf8"));
    return calls.map((call) => `${file} ${call}`);
  });
  expect(files).toContain(DOOR);
  expect(around).toEqual([]);
});

it("would see who passes it by", () => {
  expect(callsOutside("x.ts", 'await fetch("https://example.id");')).toEqual(["calls fetch"]);
  expect(callsOutside("x.ts", "await globalThis.fetch(url);")).toEqual(["calls fetch"]);
  expect(callsOutside("x.ts", "await transport.sendMail(mail);")).toEqual(["calls sendMail"]);
  expect(callsOutside("x.ts", 'import { request } from "node:https";')).toEqual([
    "imports node:https",
  ]);
  expect(callsOutside("x.ts", 'import { createTransport } from "nodemailer";')).toEqual([
    "imports nodemailer",
  ]);
  expect(callsOutside("x.ts", "createRemoteJWKSet(url);")).toEqual(["fetches keys"]);
  expect(callsOutside("x.ts", 'await outside("mail", () => transport.sendMail(mail));')).toEqual(
    [],
  );
});
