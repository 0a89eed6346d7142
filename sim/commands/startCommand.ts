/*
 * `giliran start` (`npm start`): serves and shows a sale happening, with a simulated crowd, then
 * leaves a sale open to try.
 */

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { must } from "../../src/base/assert.ts";
import { variantByNo } from "../../src/sale/definition.ts";
import { SimulatedBrand } from "../crowd/brand.ts";
import { SeededChance } from "../../src/crowd/chance.ts";
import { Crowd } from "../crowd/crowd.ts";
import type { CrowdSale } from "../crowd/crowdModel.ts";
import { SimulatedPhones } from "../crowd/phones.ts";
import { stageSale } from "../crowd/stage.ts";
import type { SaleDefinition } from "../../src/sale/definition.ts";
import { setSalePolicy } from "../../src/cases/policy/io/policyRoutes.ts";
import { policyRoutes } from "../../src/api/caseRoutes.ts";
import { operatorRoutes } from "../../src/api/operatorRoutes.ts";
import { writeLine } from "../../src/http/io/operatorLog.ts";
import { changeSaleState } from "../../src/sale/io/operatorSaleRoutes.ts";
import { createSale, findSale, type StoredSale } from "../../src/sale/io/saleStore.ts";
import type { TourStop } from "../../src/pages/pages.ts";
import { playPast } from "./pastStory.ts";
import { reportCrowd, sayReport } from "./crowdReport.ts";
import { bar, count, type Output } from "../../src/cli/output.ts";
import { EXIT, type Register } from "../../src/cli/command.ts";
import { loadSaleFile } from "../../src/cli/saleCommand.ts";
import { untilAsked } from "../../src/cli/ending.ts";
import { sayAddresses, startServing, type Serving } from "../../src/cli/serving.ts";

export const EXAMPLE = join(import.meta.dirname, "../../examples/poco-m3.sale.json");

/** The incident at a size that a laptop plays in a minute: 12 people per unit. */
const DEMO = { units: 240, people: 2_904, lobbyMs: 9_000, openMs: 12_000, offerMs: 9_000 } as const;
const TRY_YOURSELF = { units: 60, openMs: 6 * 3_600_000, offerMs: 600_000 } as const;
const CONNECTIONS = 64;

/** A free slug: poco-m3, poco-m3-2, … */
async function freeSlug(serving: Serving, wanted: string): Promise<string> {
  for (let n = 1; ; n++) {
    const slug = n === 1 ? wanted : `${wanted}-${n}`;
    if (!(await findSale(serving.opened.sql, slug))) return slug;
  }
}

/** Creates a sale and opens it. */
export async function openStaged(
  opened: Pick<Serving["opened"], "sql" | "keyring">,
  definition: SaleDefinition,
  nowMs: number,
): Promise<StoredSale> {
  const chainEnds = definition.rounds.map(() => randomBytes(32));
  const sale = await createSale(opened.sql, opened.keyring, { definition, nowMs, chainEnds });
  if (!sale) throw new Error(`the slug ${definition.slug} was taken meanwhile`);
  const params = { slug: definition.slug };
  const call = { params, body: undefined, operator: { name: "demonstration" }, nowMs };
  await opened.sql.begin(async (tx) => {
    const { policy } = await setSalePolicy(tx, sale, { nowMs });
    await writeLine(tx, policyRoutes.setSalePolicy, call, { body: policy });
    await changeSaleState(tx, sale, { action: "open", nowMs });
    await writeLine(tx, operatorRoutes.openSale, call, { body: null });
  });
  return sale;
}

/** A sale as the crowd needs to know it. */
export function crowdSale(sale: StoredSale): CrowdSale {
  const { definition } = sale;
  const { round } = must(sale.rounds[0], "a sale has a round");
  return {
    slug: definition.slug,
    roundNo: round.roundNo,
    opensAtMs: round.opensAtMs,
    closesAtMs: round.closesAtMs,
    currency: definition.currency,
    channels: definition.channels.map((channel) => ({
      code: channel.code,
      skus: round.allotments
        .filter((allotment) => allotment.channelNo === channel.channelNo)
        .map(
          (allotment) =>
            must(variantByNo(definition, allotment.variantNo), "variant of an allotment").sku,
        ),
    })),
  };
}

async function runDemo(
  serving: Serving,
  brand: SimulatedBrand,
  output: Output,
  example: SaleDefinition,
  tour: TourStop[],
): Promise<void> {
  const { opened, clock, server, address } = serving;
  const nowMs = () => clock.nowMs();
  const startMs = nowMs();
  const definition = stageSale(example, {
    slug: await freeSlug(serving, "poco-m3"),
    lobbyOpensAtMs: startMs,
    opensAtMs: startMs + DEMO.lobbyMs,
    openMs: DEMO.openMs,
    unitCount: DEMO.units,
    offerMs: DEMO.offerMs,
    paymentMs: DEMO.offerMs,
    workCost: 50,
    synthetic:
      "Peragaan: 240 dari 50.000 unit, dipindah ke saat ini, dengan orang-orang simulasi. / Demonstration: 240 of the 50,000 units, moved to now, with simulated people.",
  });
  const sale = await openStaged(opened, definition, startMs);
  tour.unshift({
    path: `/s/${definition.slug}`,
    id: "Penjualan yang sedang berlangsung, dengan orang-orang simulasi",
    en: "The sale that is happening now, with simulated people",
  });
  output.say();
  output.say(
    `${definition.title.en}: ${count(DEMO.people)} simulated people, ${count(DEMO.units)} units, three channels`,
  );
  output.say(
    `  (the incident of 26 January 2021 at 1 : 200, moved to now) ${address}/s/${definition.slug}`,
  );
  const crowd = new Crowd({
    address,
    brand,
    nowMs,
    connectionCount: CONNECTIONS,
    entrantCount: DEMO.people,
    chance: new SeededChance(startMs),
    phones: new SimulatedPhones(opened.sql, opened.keyring),
    signPayment: server.signPayment,
  });
  crowd.comeTo(crowdSale(sale));
  try {
    const show = (label: string) => (done: number) =>
      output.progress(`  ${label} ${bar({ done, total: DEMO.people })}`);
    await crowd.signIn(DEMO.people, show("signing in  "));
    await crowd.solveWork(show("in the lobby"));
    const curve = { lobbyShare: 0.4, burstShare: 0.3, lobbyMs: DEMO.lobbyMs, openMs: DEMO.openMs };
    const followed = crowd.followBoard((board) => {
      if (board.phase !== "over" && crowd.tally.enteredCount < DEMO.people) return;
      const sold = board.stock.reduce((total, line) => total + line.sold, 0);
      output.progress(`  units sold   ${bar({ done: sold, total: DEMO.units })}`);
    }, startMs + 120_000);
    await crowd.arrive(curve, show("joining     "));
    await followed;
    output.endProgress();
    const report = await reportCrowd(opened.sql, sale, crowd);
    await sayReport(output, opened.sql, sale, crowd, report);
    output.result({ ...report, address });
  } finally {
    crowd.close();
  }
}

/** A sale that stays open, so that the user can take part. */
async function openTryYourself(
  serving: Serving,
  output: Output,
  example: SaleDefinition,
): Promise<void> {
  const nowMs = serving.clock.nowMs();
  const staged = stageSale(example, {
    slug: await freeSlug(serving, "coba-sendiri"),
    lobbyOpensAtMs: nowMs,
    opensAtMs: nowMs,
    openMs: TRY_YOURSELF.openMs,
    unitCount: TRY_YOURSELF.units,
    offerMs: TRY_YOURSELF.offerMs,
    paymentMs: TRY_YOURSELF.offerMs * 3,
    workCost: example.workCost,
    synthetic: "Penjualan untuk dicoba, 60 unit. / A sale to try out, 60 units.",
  });
  const title = { id: "Coba sendiri: Poco M3", en: "Try it yourself: Poco M3" };
  await openStaged(serving.opened, { ...staged, title }, nowMs);
  output.say(`  Try it yourself ${serving.address}/s/${staged.slug}`);
}

/** Where to look first; the front page has the same list. */
function sayTour(output: Output, address: string, tour: readonly TourStop[]): void {
  if (tour.length === 0) return;
  output.say();
  output.say(`  See it in three minutes (also on ${address}/):`);
  for (const stop of tour) output.say(`    ${stop.en}\n      ${address}${stop.path}`);
}

export function addStart(program: Command, register: Register): void {
  const command = program
    .command("start")
    .description("serve, and show a sale happening (npm start)")
    .option("--no-demo", "just serve")
    .option("--exit", "stop after the demonstration instead of serving on");
  register<{ demo: boolean; exit?: boolean }>(command, async ({ settings, output }, options) => {
    const brand = options.demo ? new SimulatedBrand() : null;
    output.say("Starting the database …");
    const crowd = brand?.login ?? null;
    const tour: TourStop[] = [];
    const serving = await startServing({
      settings,
      output,
      worker: true,
      crowd,
      notices: true,
      tour,
      demo: options.demo,
      before: async (opened) => {
        if (brand) tour.push(...(await playPast(opened, settings, output)));
      },
    });
    const asked = untilAsked();
    try {
      output.say(`Giliran serves from ${serving.opened.backend.description}.`);
      output.say();
      await sayAddresses(serving, output);
      if (brand) {
        const example = loadSaleFile(EXAMPLE);
        if (!example.ok)
          throw new Error(`the example is broken: ${JSON.stringify(example.issues)}`);
        await openTryYourself(serving, output, example.definition);
        sayTour(output, serving.address, tour);
        // Leaves the addresses on the screen for a moment before the numbers begin.
        await sleep(500);
        const shown = runDemo(serving, brand, output, example.definition, tour).then(() => true);
        if (!(await Promise.race([shown, asked.then(() => false)]))) {
          // Its crowd goes on while the server ends; its messages are dropped.
          shown.catch(() => undefined);
          output.endProgress();
          output.say("Stopping in the middle of the demonstration.");
          await serving.close();
          process.exit(EXIT.done);
        }
      }
      if (brand) {
        output.say();
        output.say("  The whole story of 26 January, side by side with the rules of that year:");
        output.say("  npm run giliran -- replay incident --serve");
      }
      if (!options.exit) {
        output.say();
        output.say(`Serving on ${serving.address}. Stop with Ctrl-C; everything is kept.`);
        await asked;
        output.say("Stopping: requests in hand are answered first.");
      }
    } finally {
      await serving.close();
    }
    return EXIT.done;
  });
}
