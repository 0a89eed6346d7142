/*
 * `giliran desk|policy|case|batch|appeal|report …`: the desk's work from a terminal. Each command
 * is one line of a table that says which calls it makes.
 */

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import { must } from "../base/assert.ts";
import { readPolicyDocument } from "../cases/policy/policy.ts";
import { EXIT, type Register } from "./command.ts";
import { callApi, deskApi, DeskError, keepSession, type DeskApi } from "./deskClient.ts";
import { table, type Output } from "./output.ts";

type Options = Readonly<Record<string, string | undefined>>;

/** One command: its name, arguments and calls. */
interface DeskCommand {
  readonly group: string;
  readonly name: string;
  readonly args: readonly string[];
  readonly says: string;
  readonly options?: readonly (readonly [string, string, string?])[];
  readonly run: (api: DeskApi, args: readonly string[], options: Options) => Promise<unknown>;
}

const casePath = ([slug, caseNo]: readonly string[]) =>
  `/v1/operator/sales/${slug}/cases/${caseNo}`;
const batchPath = ([batchId]: readonly string[]) => `/v1/operator/batches/${batchId}`;

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new DeskError(`cannot read ${path}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DeskError(`${path} is not JSON: ${(error as Error).message}`);
  }
}

/** Sends the version of the case that was read, so that a case changed meanwhile is not decided. */
async function decideCase(api: DeskApi, args: readonly string[], options: Options) {
  const { version } = await api.get<{ version: number }>(casePath(args));
  return await api.post(`${casePath(args)}/decision`, {
    version,
    verdict: args[2],
    except: (options.except ?? "").split(",").filter((id) => id !== ""),
    note: options.note ?? "",
  });
}

async function approveBatch(api: DeskApi, args: readonly string[]) {
  // The approver types the digest; it is never fetched. That proves which selection was looked at.
  return await api.post(`${batchPath(args)}/approval`, { selectionDigest: args[1] });
}

/** All commands; each makes one or two calls. */
const COMMANDS: readonly DeskCommand[] = [
  {
    group: "policy",
    name: "list",
    args: [],
    says: "all published policies",
    run: (api) => api.get("/v1/operator/policies"),
  },
  {
    group: "policy",
    name: "publish",
    args: ["<file>"],
    says: "publish a policy file",
    run: (api, [file]) =>
      api.post("/v1/operator/policies", readJson(must(file, "commander asks for the file"))),
  },
  {
    group: "policy",
    name: "set",
    args: ["<sale>", "[digest]"],
    says: "put a sale under a published policy; without a digest, under the shipped one",
    run: (api, [sale, digest]) =>
      api.post(`/v1/operator/sales/${sale}/policy`, digest === undefined ? {} : { digest }),
  },
  {
    group: "case",
    name: "list",
    args: ["[sale]"],
    says: "the queue",
    run: (api, [sale]) =>
      api.get(`/v1/operator/cases?limit=500${sale === undefined ? "" : `&sale=${sale}`}`),
  },
  {
    group: "case",
    name: "show",
    args: ["<sale>", "<case>"],
    says: "one case",
    run: (api, args) => api.get(casePath(args)),
  },
  {
    group: "case",
    name: "claim",
    args: ["<sale>", "<case>"],
    says: "take a case",
    run: (api, args) => api.post(`${casePath(args)}/claim`),
  },
  {
    group: "case",
    name: "decide",
    args: ["<sale>", "<case>", "<cancel|release>"],
    says: "decide a case; nothing is cancelled before a batch runs",
    options: [
      ["--except <orders>", "orders, with commas, that differ from the case's verdict"],
      ["--note <text>", "why"],
    ],
    run: decideCase,
  },
  {
    group: "case",
    name: "undo",
    args: ["<sale>", "<case>"],
    says: "take a decision back",
    run: (api, args) => api.post(`${casePath(args)}/undo`),
  },
  {
    group: "batch",
    name: "create",
    args: ["<sale>"],
    says: "freeze a selection",
    options: [["--select <decided|all>", "which cases", "decided"]],
    run: (api, [sale], options) =>
      api.post(`/v1/operator/sales/${sale}/batches`, { select: options.select }),
  },
  {
    group: "batch",
    name: "list",
    args: ["<sale>"],
    says: "the batches of a sale",
    run: (api, [sale]) => api.get(`/v1/operator/sales/${sale}/batches`),
  },
  {
    group: "batch",
    name: "show",
    args: ["<batch>"],
    says: "preview, sample, bound, progress",
    run: (api, args) => api.get(batchPath(args)),
  },
  {
    group: "batch",
    name: "approve",
    args: ["<batch>", "<digest>"],
    says: "approve exactly the selection with this digest",
    run: approveBatch,
  },
  {
    group: "batch",
    name: "stop",
    args: ["<batch>"],
    says: "the kill switch",
    run: (api, args) => api.post(`${batchPath(args)}/stop`),
  },
  {
    group: "batch",
    name: "announce",
    args: ["<batch>"],
    says: "say publicly what was done, once every buyer's notice has ended, or correct what was said",
    options: [["--correction <text>", "what a later edition corrects"]],
    run: (api, args, { correction }) =>
      api.post(`${batchPath(args)}/announcement`, correction === undefined ? {} : { correction }),
  },
  {
    group: "appeal",
    name: "list",
    args: [],
    says: "appeals by time left",
    run: (api) => api.get("/v1/operator/appeals"),
  },
  {
    group: "appeal",
    name: "show",
    args: ["<appeal>"],
    says: "what we said, what she says",
    run: (api, [appeal]) => api.get(`/v1/operator/appeals/${appeal}`),
  },
  {
    group: "appeal",
    name: "decide",
    args: ["<appeal>", "<upheld|rejected>"],
    says: "decide an appeal with a reasoned answer",
    options: [
      ["--answer <text>", "the answer in Indonesian"],
      ["--answer-en <text>", "the answer in English"],
    ],
    run: (api, [appeal, outcome], { answer = "", answerEn = answer }) =>
      api.post(`/v1/operator/appeals/${appeal}/decision`, {
        outcome,
        answer: { id: answer, en: answerEn },
      }),
  },
  {
    group: "order",
    name: "show",
    args: ["<sale>", "<order>"],
    says: "how an order stands, as help desk, channel and courier say it",
    run: (api, [sale, order]) => api.get(`/v1/operator/sales/${sale}/orders/${order}/status`),
  },
  {
    group: "report",
    name: "log",
    args: [],
    says: "who did what, newest first",
    run: (api) => api.get("/v1/operator/log?limit=1000"),
  },
  {
    group: "report",
    name: "publish",
    args: ["<sale>"],
    says: "publish the sale's report",
    options: [["--correction <text>", "what a later edition corrects"]],
    run: (api, [sale], { correction }) =>
      api.post(`/v1/operator/sales/${sale}/report`, correction === undefined ? {} : { correction }),
  },
  {
    group: "report",
    name: "show",
    args: ["<sale>"],
    says: "the published editions",
    run: (api, [sale]) => api.get(`/v1/sales/${sale}/report`),
  },
];

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  policy: "what may undo an order, and how sure one must be",
  case: "cases, and what a reviewer decides about them",
  batch: "mass action, and its brake",
  appeal: "appeals, and their answers",
  order: "one order, as every audience says it",
  report: "the public report of a sale",
};

/** Prints lists as a table of their simple members, everything else as indented JSON. */
function say(output: Output, answer: unknown): void {
  const [list] = Object.values(answer as Record<string, unknown>);
  if (!Array.isArray(list) || list.length === 0) {
    output.say(JSON.stringify(answer, null, 2));
    return;
  }
  const rows = list as Record<string, unknown>[];
  const plain = (value: unknown) => value === null || typeof value !== "object";
  const first = must(rows[0], "the list has an item");
  const heads = Object.keys(first).filter((head) => plain(first[head]));
  output.say(
    table(
      heads,
      rows.map((row) => heads.map((head) => String(row[head] ?? "–"))),
    ),
  );
}

/**
 * The password from GILIRAN_PASSWORD or from the terminal. It is never an argument, which process
 * lists show.
 */
async function askPassword(): Promise<string> {
  if (process.env.GILIRAN_PASSWORD !== undefined) return process.env.GILIRAN_PASSWORD;
  if (!process.stdin.isTTY) {
    throw new DeskError("Without a terminal, give the password in GILIRAN_PASSWORD.");
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const password = await lines.question("Password: ");
  lines.close();
  return password;
}

function addSignIn(program: Command, register: Register): void {
  const desk = program.command("desk").description("sign in for the commands below");
  const command = desk
    .command("sign-in")
    .argument("<name>")
    .description("keeps a session in the data folder; the password is asked for")
    .option("--server <address>", "the server", "http://127.0.0.1:8080");
  register<{ positional: string[]; server: string }>(
    command,
    async ({ settings, output }, { positional, server }) => {
      const body = { name: positional[0], password: await askPassword() };
      const path = "/v1/operators/session";
      const { session, role } = await callApi<{ session: string; role: string }>(server, {
        method: "POST",
        path,
        body,
      });
      keepSession(settings.GILIRAN_DATA, { server, session });
      output.say(`Signed in as ${positional[0]} (${role}) for 12 hours.`);
      output.result({ signedIn: true, role });
      return EXIT.done;
    },
  );
}

function addPolicyCheck(group: Command, register: Register): void {
  const command = group
    .command("check")
    .argument("<file>")
    .description("read a policy file and say what no policy may say; needs no server");
  register<{ positional: string[] }>(command, ({ output }, { positional }) => {
    const read = readPolicyDocument(readJson(must(positional[0], "commander asks for the file")));
    const issues = read.ok ? [] : read.issues;
    for (const { field, reason } of issues) output.trouble(`  ${field}: ${reason}`);
    if (read.ok) output.say(`${positional[0]} can be published. Fingerprint ${read.digest}`);
    output.result({ ok: read.ok, issues, ...(read.ok ? { digest: read.digest } : {}) });
    return Promise.resolve(read.ok ? EXIT.done : EXIT.wrong);
  });
}

export function addDesk(program: Command, register: Register): void {
  addSignIn(program, register);
  const groups = new Map<string, Command>();
  for (const [name, description] of Object.entries(DESCRIPTIONS)) {
    groups.set(name, program.command(name).description(description));
  }
  addPolicyCheck(must(groups.get("policy"), "a described group"), register);
  for (const line of COMMANDS) {
    const command = must(groups.get(line.group), "a described group")
      .command(line.name)
      .description(line.says);
    for (const arg of line.args) command.argument(arg);
    for (const [flags, words, byDefault] of line.options ?? []) {
      command.option(flags, words, byDefault);
    }
    register<Options & { positional: string[] }>(
      command,
      async ({ settings, output }, { positional, ...options }) => {
        const api = deskApi(settings.GILIRAN_DATA);
        const args = positional.filter((arg) => arg !== undefined);
        const answer = await line.run(api, args, options as Options);
        say(output, answer);
        output.result(answer);
        return EXIT.done;
      },
    );
  }
}
