import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { KEPT_MS } from "../../src/access/retention.ts";
import { COST_OF_PATH, COSTS } from "../../src/api/cost.ts";
import { openApiDocument } from "../../src/api/openapi.ts";
import { PROBLEMS } from "../../src/api/problems.ts";
import { ROUTES } from "../../src/api/routes.ts";
import { SETTING_NAMES } from "../../src/cli/settings.ts";
import { SALE_WORDS } from "../../web/buyer/sale/words.ts";
import { METHOD_WORDS } from "../../web/buyer/method/words.ts";
import { CONSOLE_WORDS } from "../helpers/consoleWords.ts";
import { documents } from "./documents.ts";
import { ROOT, text } from "./tree.ts";

describe("what the docs say", () => {
  it("every problem is documented, and every documented problem exists", () => {
    const rows = [
      ...text("docs/reference/errors.md").matchAll(/^\| `(\w+)` \| (\d+) \| (.+) \|$/gm),
    ];
    const documented = rows.map(([, code, status, meaning]) => [code, Number(status), meaning]);
    const real = Object.entries(PROBLEMS).map(([code, problem]) => [
      code,
      problem.status,
      problem.title.en,
    ]);
    expect(documented).toEqual(real);
  });

  it("every problem is given by the code or by a rule, and every route's problems exist", () => {
    for (const route of ROUTES)
      for (const code of route.problems) expect(PROBLEMS[code], route.id).toBeDefined();
    const sources = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.startsWith("api"))
      .map((name) => text(join("src", name)))
      .join("\n");
    for (const code of Object.keys(PROBLEMS))
      expect(sources.includes(`"${code}"`), code).toBe(true);
  });

  it("every kind of cost, and every route's kind, is documented", () => {
    const most = (atOnce: (typeof COSTS)["page"]["atOnce"]) =>
      atOnce ? `${atOnce.most}, and ${atOnce.waiting} wait` : "–";
    const rule = (address: (typeof COSTS)["page"]["address"]) =>
      typeof address === "number"
        ? `${address} × the address limit`
        : `${address.burst}, then ${address.perSecond} a second`;
    const kinds = Object.entries(COSTS).map(
      ([kind, { work, address, atOnce }]) =>
        `| \`${kind}\` | ${work} | ${rule(address)} | ${most(atOnce)} |`,
    );
    const routes = ROUTES.map(
      (route) => `| \`${route.method} ${route.path}\` | ${route.auth} | \`${route.cost}\` |`,
    );
    const paths = Object.entries(COST_OF_PATH).map(
      ([path, kind]) => `| \`${path}\` | public | \`${kind}\` |`,
    );
    const documented = text("docs/reference/costs.md").split("\n");
    expect(documented.filter((line) => line.startsWith("| `"))).toEqual([
      ...kinds,
      ...routes,
      ...paths,
    ]);
  });

  it("every setting is documented, and no other", () => {
    const rows = [...text("docs/reference/settings.md").matchAll(/^\| `([A-Z_]+)` \|/gm)].map(
      (match) => match[1],
    );
    expect(rows.sort()).toEqual([...SETTING_NAMES].sort());
  });

  it("the flags of V8 that commands start with say why they are there", () => {
    const { scripts } = JSON.parse(text("package.json")) as {
      scripts: { start: string; giliran: string };
    };
    const flagsOf = (script: string) => script.split(" ").filter((word) => word.startsWith("--"));
    const flags = flagsOf(scripts.start);
    expect(flags.length).toBeGreaterThan(0);
    expect(flagsOf(scripts.giliran)).toEqual(flags);
    const reasons = text("docs/decisions/0007-the-fast-path.md");
    for (const flag of flags) expect(reasons.includes(flag), flag).toBe(true);
  });

  it("the times after which things are forgotten", () => {
    const days = (ms: number) => ms / 86_400_000;
    const dpia = text("docs/guide/dpia.md");
    expect(dpia).toContain(`a sign-in code ${days(KEPT_MS.codes)} day after they end`);
    expect(dpia).toContain(`other messages after ${days(KEPT_MS.messages)} days`);
    expect(dpia).toContain(`repeated requests after ${days(KEPT_MS.answers)} days`);
    expect(dpia).toContain(`${days(KEPT_MS.saleAfterClose)} days after the close`);
    const kept = `Answers are kept for ${days(KEPT_MS.answers)} days`;
    expect(text("docs/reference/api.md")).toContain(kept);
  });

  it("links lead somewhere", () => {
    expect(documents.length).toBeGreaterThan(12);
    for (const file of documents) {
      for (const [, target] of text(file).matchAll(/\]\(([^)#]+?)(?:#[^)]*)?\)/g)) {
        if (/^https?:/.test(target as string)) continue;
        expect(existsSync(join(ROOT, dirname(file), target as string)), `${file} → ${target}`).toBe(
          true,
        );
      }
    }
  });

  it("the commands of the README exist", () => {
    const readme = text("README.md");
    const manifest = JSON.parse(text("package.json"));
    expect(readme).toContain("npm ci && npm start");
    expect(readme).toContain("npm ci && npm test");
    for (const [, script] of readme.matchAll(/npm run (\w+)/g))
      expect(manifest.scripts).toHaveProperty(script as string);
    const program = ["src/cli", "sim/commands"]
      .flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => join(folder, name)))
      .filter((path) => path.endsWith(".ts"))
      .map(text)
      .join("\n");
    for (const [, command] of readme.matchAll(/npm run giliran -- (\w+)/g)) {
      expect(program).toMatch(new RegExp(`command\\("${command}"\\)`));
    }
  });

  it("the route table is an OpenAPI document: ids and paths once, every path parameter described", () => {
    const document = openApiDocument(ROUTES, "0") as {
      openapi: string;
      paths: Record<
        string,
        Record<string, { operationId: string; parameters: { name: string; in: string }[] }>
      >;
    };
    expect(document.openapi).toBe("3.1.0");
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.values(methods).map((operation) => ({ path, ...operation })),
    );
    expect(operations).toHaveLength(ROUTES.length);
    expect(new Set(operations.map((operation) => operation.operationId)).size).toBe(ROUTES.length);
    for (const { path, parameters } of operations) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      expect(
        parameters
          .filter((parameter) => parameter.in === "path")
          .map((parameter) => parameter.name),
      ).toEqual(named);
    }
  });

  it("both languages say everything", () => {
    const lacking = (value: unknown, path: string): string[] => {
      if (value === null || typeof value !== "object") return [];
      if ("id" in value && "en" in value) return value.id && value.en ? [] : [path];
      return Object.entries(value).flatMap(([key, child]) => lacking(child, `${path}.${key}`));
    };
    expect(lacking({ a: { id: "", en: "a" } }, "planted")).toEqual(["planted.a"]);
    const texts = { SALE_WORDS, CONSOLE_WORDS, METHOD_WORDS };
    expect(lacking(texts, "texts")).toEqual([]);
    for (const problem of Object.values(PROBLEMS))
      expect(problem.title.id && problem.title.en).toBeTruthy();
  });

  it("no reason given to a buyer is a vague one, and none names an intent", () => {
    const words = JSON.stringify([SALE_WORDS, PROBLEMS]).toLowerCase();
    for (const vague of [
      "tidak wajar",
      "abnormal",
      "reseller",
      "tengkulak",
      "calo",
      "scalper",
      "suspicious",
      "mencurigakan",
    ]) {
      expect(words).not.toContain(vague);
    }
  });
});
