/*
 * `giliran sale …`: create, open, pause, resume, close, list and show sales, and hand in a beacon
 * round. It writes to the database directly, with the name "command line".
 */

import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { policyRoutes } from "../api/caseRoutes.ts";
import { operatorRoutes } from "../api/operatorRoutes.ts";
import { must } from "../base/assert.ts";
import { fromHex } from "../base/bytes.ts";
import { formatInstant } from "../base/zone.ts";
import { writeLine } from "../http/io/operatorLog.ts";
import { setSalePolicy } from "../cases/policy/io/policyRoutes.ts";
import { isGenuineBeacon } from "../sale/beacon/beaconSignature.ts";
import { channelByNo, variantByNo } from "../sale/definition.ts";
import { readSaleFile, type SaleFileResult } from "../sale/saleFile.ts";
import type { SaleAction } from "../sale/saleState.ts";
import { insertBeaconRound } from "../sale/beacon/io/beaconStore.ts";
import { changeSaleState } from "../sale/io/operatorSaleRoutes.ts";
import {
  createSale,
  findSale,
  listSales,
  readSaleStatus,
  type StoredSale,
} from "../sale/io/saleStore.ts";
import { readCounts } from "../sale/entry/io/statusStore.ts";
import { readStock } from "../sale/io/stockStore.ts";
import { openDatabase, type Opened } from "./open.ts";
import { table, type Output } from "./output.ts";
import { EXIT, type CommandContext, type Register } from "./command.ts";

/** The name in the operator log. */
const OPERATOR = "command line";

/** Reads a sale file; every problem is an issue with a field and a reason. */
export function loadSaleFile(path: string): SaleFileResult {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return { ok: false, issues: [{ field: "(the file)", reason: `cannot read ${path}` }] };
  }
  try {
    return readSaleFile(JSON.parse(text));
  } catch (error) {
    const reason = `not JSON: ${(error as Error).message}`;
    return { ok: false, issues: [{ field: "(the file)", reason }] };
  }
}

/** Creates a draft under the shipped policy. */
async function create(context: CommandContext, opened: Opened, path: string): Promise<number> {
  const { output } = context;
  const read = loadSaleFile(path);
  if (!read.ok) {
    output.trouble(`${path} was refused; nothing was created.`);
    for (const { field, reason } of read.issues) output.trouble(`  ${field}: ${reason}`);
    output.result({ created: false, issues: read.issues });
    return EXIT.wrong;
  }
  const { definition } = read;
  const chainEnds = definition.rounds.map(() => randomBytes(32));
  const sale = await createSale(opened.sql, opened.keyring, {
    definition,
    nowMs: Date.now(),
    chainEnds,
  });
  if (!sale) {
    output.trouble(
      `A sale "${definition.slug}" exists already. Choose another slug; nothing was created.`,
    );
    return EXIT.wrong;
  }
  const nowMs = Date.now();
  const { digest } = await opened.sql.begin(async (tx) => {
    const stored = await setSalePolicy(tx, sale, { nowMs });
    const call = {
      params: { slug: definition.slug },
      body: undefined,
      operator: { name: OPERATOR },
      nowMs,
    };
    await writeLine(tx, policyRoutes.setSalePolicy, call, { body: stored.policy });
    return stored;
  });
  output.say(`Created "${definition.slug}" as a draft. Fingerprint ${sale.definitionDigest}`);
  output.say(
    `Policy: the shipped one, fingerprint ${digest}. Your own: npm run giliran -- policy set`,
  );
  output.say(`Open it with: npm run giliran -- sale open ${definition.slug}`);
  output.result({
    created: true,
    slug: definition.slug,
    digest: sale.definitionDigest,
    policy: digest,
  });
  return EXIT.done;
}

async function act(
  context: CommandContext,
  opened: Opened,
  sale: StoredSale,
  action: SaleAction,
): Promise<number> {
  const nowMs = Date.now();
  const { slug } = sale.definition;
  const state = await opened.sql.begin(async (tx) => {
    const next = await changeSaleState(tx, sale, { action, nowMs });
    const call = { params: { slug }, body: undefined, operator: { name: OPERATOR }, nowMs };
    await writeLine(tx, operatorRoutes[`${action}Sale`], call, { body: next });
    return next;
  });
  context.output.say(`"${slug}" is ${state} now.`);
  context.output.result({ slug, state });
  return EXIT.done;
}

/** The stock of a round as a table, one line for each channel and variant, and the total. */
export async function stockTable(
  opened: Pick<Opened, "sql">,
  sale: StoredSale,
  roundNo: number,
): Promise<string> {
  const { definition } = sale;
  const balances = await readStock(opened.sql, sale.saleNo, roundNo);
  const columns = ["allotted", "free", "offered", "ordered", "sold", "held", "returned"] as const;
  const rows = balances.map((balance) => [
    `${must(channelByNo(definition, balance.channelNo), "channel of a stock row").name} · ${must(variantByNo(definition, balance.variantNo), "variant of a stock row").sku}`,
    ...columns.map((column) => balance[column]),
  ]);
  const total = [
    "all",
    ...columns.map((column) => balances.reduce((sum, b) => sum + b[column], 0)),
  ];
  return table(["channel and variant", ...columns], [...rows, total]);
}

/** Prints a sale's rounds: people, waits, stock. */
async function show(output: Output, opened: Opened, sale: StoredSale): Promise<number> {
  const { definition } = sale;
  const { state } = await readSaleStatus(opened.sql, sale.saleNo);
  output.say(`${definition.title.en} (${definition.slug}): ${state}`);
  const rounds = [];
  for (const { round } of sale.rounds) {
    const counts = await readCounts(opened.sql, sale.saleNo, round.roundNo);
    output.say(
      `\nRound ${round.roundNo}, ${round.mode}: ${formatInstant(round.opensAtMs, definition.timeZone, "en")} – ` +
        formatInstant(round.closesAtMs, definition.timeZone, "en"),
    );
    output.say(
      `${counts.entryCount} entrants, ${counts.waitingCount} waiting, ${counts.sharedTurnCount} passed over (another entry of theirs had the turn)\n`,
    );
    if (counts.turnFaultCount > 0) {
      output.say(`In ${counts.turnFaultCount} windows nobody was looked for who entered twice.\n`);
    }
    if (counts.beaconWait) {
      const { windowCount, beaconRoundNo, since } = counts.beaconWait;
      output.say(
        `${windowCount} windows wait for round ${beaconRoundNo} of the beacon since ${since}; ` +
          `hand it in with: npm run giliran -- sale beacon ${definition.slug} ${beaconRoundNo} SIGNATURE\n`,
      );
    }
    output.say(await stockTable(opened, sale, round.roundNo));
    const stock = await readStock(opened.sql, sale.saleNo, round.roundNo);
    rounds.push({ roundNo: round.roundNo, ...counts, stock });
  }
  output.result({ slug: definition.slug, state, rounds });
  return EXIT.done;
}

/**
 * Stores a beacon round that was read on another device, for machines without network. A signature
 * that is not the chain's is refused.
 */
async function handInBeacon(
  { output }: CommandContext,
  opened: Opened,
  sale: StoredSale,
  [, roundText = "", signatureText = ""]: readonly string[],
): Promise<number> {
  const chain = sale.definition.beacon;
  const { slug } = sale.definition;
  if (chain === undefined) {
    output.trouble(`"${slug}" uses no beacon; nothing was changed.`);
    return EXIT.wrong;
  }
  const beaconRoundNo = Number(roundText);
  const signature = fromHex(signatureText.toLowerCase());
  if (signature === null || !isGenuineBeacon(chain, beaconRoundNo, signature)) {
    output.trouble(
      `That is not the signature of round ${roundText} of the chain ${chain.chainHash}; nothing was changed. ` +
        `Read it from any drand address, such as https://api.drand.sh/${chain.chainHash}/public/${roundText}`,
    );
    return EXIT.wrong;
  }
  const { chainHash } = chain;
  await insertBeaconRound(opened.sql, { chainHash, beaconRoundNo, signature, nowMs: Date.now() });
  output.say(`Round ${beaconRoundNo} is here and genuine. Windows that waited for it go on now.`);
  output.result({ slug, beaconRoundNo });
  return EXIT.done;
}

async function list(output: Output, opened: Opened): Promise<number> {
  const sales = await listSales(opened.sql);
  for (const { sale, state } of sales) output.say(`${sale.definition.slug}  ${state}`);
  if (sales.length === 0) output.say("There is no sale yet.");
  output.result({ sales: sales.map(({ sale, state }) => ({ slug: sale.definition.slug, state })) });
  return EXIT.done;
}

/** An action on a named sale; `all` are the arguments, the sale first. */
type OnSale = (
  context: CommandContext,
  opened: Opened,
  sale: StoredSale,
  all: readonly string[],
) => Promise<number>;

export function addSale(program: Command, register: Register): void {
  const group = program
    .command("sale")
    .description("create, open, pause, resume, close, show a sale; hand in a beacon");
  const within = (
    command: Command,
    run: (context: CommandContext, opened: Opened, name: string, all: string[]) => Promise<number>,
  ) => {
    register<{ positional: string[] }>(command, async (context, { positional }) => {
      const purpose = `sale ${command.name()}`;
      const opened = await openDatabase({ settings: context.settings, purpose, as: "guest" });
      try {
        return await run(context, opened, positional[0] ?? "", positional);
      } finally {
        await opened.close();
      }
    });
  };
  const onSale =
    (run: OnSale) =>
    async (context: CommandContext, opened: Opened, slug: string, all: string[]) => {
      const sale = await findSale(opened.sql, slug);
      if (sale) return await run(context, opened, sale, all);
      context.output.trouble(
        `There is no sale "${slug}". See them with: npm run giliran -- sale list`,
      );
      return EXIT.wrong;
    };
  within(
    group
      .command("create")
      .argument("<file>", "a *.sale.json file")
      .description("create a draft from a sale file"),
    create,
  );
  within(group.command("list").description("the sales and their states"), (context, opened) =>
    list(context.output, opened),
  );
  within(
    group.command("show").argument("<slug>").description("entrants and stock"),
    onSale((context, opened, sale) => show(context.output, opened, sale)),
  );
  within(
    group
      .command("beacon")
      .argument("<slug>")
      .argument("<round>", "number of the round of drand")
      .argument("<signature>", "hexadecimal, as drand's address gives it")
      .description("hand in a round of the beacon, where this machine has no network"),
    onSale(handInBeacon),
  );
  const actions: readonly [SaleAction, string][] = [
    ["open", "make a draft live; its own times open and close it"],
    ["pause", "stop offers and deadlines; places are kept"],
    ["resume", "go on; deadlines move by the length of the pause"],
    ["close", "no further entry and no further offer"],
  ];
  for (const [action, description] of actions) {
    within(
      group.command(action).argument("<slug>").description(description),
      onSale((context, opened, sale) => act(context, opened, sale, action)),
    );
  }
}
