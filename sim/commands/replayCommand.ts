/* `giliran replay incident`: the sale of 26 January 2021 on a synthetic crowd, then and here. */

import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { InvalidArgumentError, type Command } from "commander";
import { incidentPage, sideBySide } from "../incident/page.ts";
import { playIncident, type Afterwards } from "../incident/story.ts";
import type { IncidentFacts } from "../incident/facts.ts";
import { EXIT, type Register } from "../../src/cli/command.ts";
import { untilAsked } from "../../src/cli/ending.ts";
import { count, table, type Output } from "../../src/cli/output.ts";

interface ReplayOptions {
  readonly entrants: number;
  readonly seed: number;
  readonly out: string;
  readonly serve?: boolean;
}

const wholeNumber = (least: number, most: number) => (text: string) => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}`);
};

function tell(output: Output, facts: IncidentFacts): void {
  const { massCancel, decided, appeals, remedies } = facts;
  output.say("\n25 January  A policy such as that of 2021 is refused:");
  for (const { field, reason } of facts.policyIssues.slice(0, 3)) {
    output.say(`              ${field}: ${reason}`);
  }
  output.say(
    `26 January  ${count(facts.entrants)} people, ${count(facts.units)} units, three channels; ` +
      `${count(facts.secondEntriesRefused)} second entries refused at the door.`,
  );
  output.say(
    `            ${count(facts.orders)} orders paid, ${count(facts.ringOrders)} of them by rings.`,
  );
  output.say(
    `            2021: one reason for all, ${count(facts.oldRules.cancelled)} orders cancelled, ` +
      `${count(facts.oldRules.genuineHit)} of them of genuine buyers; no remedy.`,
  );
  output.say(
    `            Here: ${facts.cases} cases. All at once? ${massCancel.orders} orders, ` +
      `${massCancel.accountsWithOneOrder} accounts with one order. Refused:`,
  );
  output.say(`              ${massCancel.refusedWith.en}`);
  output.say(
    `            A person decides them: ${decided.casesCancelled} to cancel, ` +
      `${decided.casesReleased} to let stand. Two approve, a grace window, ${decided.ordersCancelled} orders.`,
  );
  output.say(`            A public statement first? Refused: ${decided.announcedBeforeNotices}`);
  output.say(
    `27 January  ${appeals.filed} appeals: ${appeals.upheld} upheld (${appeals.late} late = upheld), ` +
      `${appeals.rejected} rejected with reasons.`,
  );
  output.say(
    `29 January  Make-up round: ${remedies.carvedOfPublic} of ${remedies.makeUpUnits} units set aside ` +
      `before it opened, ${remedies.served} of ${remedies.entitlements} owed units served first.\n`,
  );
  output.say(
    table(
      ["", "rules of 2021", "Giliran"],
      sideBySide(facts).map((row) => [row.en, row.old, row.now]),
    ),
  );
  output.say(
    "\nAll figures are synthetic: a made-up crowd of our own generator, played through the real API.",
  );
}

/** Prints where to look and waits. */
async function look(output: Output, played: Afterwards): Promise<void> {
  const { address, slug, genuineLink, ringLink, openLink } = played;
  output.endProgress();
  output.say("\nWhat was played is being served until Ctrl-C:");
  output.say(`  Policy          ${address}/s/${slug}/policy`);
  output.say(`  Report          ${address}/s/${slug}/report`);
  if (genuineLink !== null) output.say(`  A buyer's notice ${address}/d/${genuineLink}`);
  if (ringLink !== null) output.say(`  A ring's notice  ${address}/d/${ringLink}`);
  if (openLink !== null) output.say(`  Not yet appealed ${address}/d/${openLink}`);
  output.say(`  Desk            ${address}/console/cases`);
  output.say(`  Sign in as ${played.operators.join(", ")}; password: ${played.password}`);
  await untilAsked();
}

export function addReplay(program: Command, register: Register): void {
  const group = program.command("replay").description("play a story again, on a made-up crowd");
  const command = group
    .command("incident")
    .description("26 January 2021: the sale, the rules of that year, and what happens here")
    .option("--entrants <count>", "people who come", wholeNumber(300, 20_000), 1_200)
    .option("--seed <number>", "another seed is another crowd", wholeNumber(0, 1e9), 26)
    .option("--out <file>", "the story as a page", "giliran-incident.html")
    .option("--serve", "go on serving what was played, until Ctrl-C, to look at it");
  register<ReplayOptions>(command, async ({ output }, options) => {
    const facts = await playIncident({
      entrants: options.entrants,
      seed: options.seed,
      say: (line) => output.say(line),
      progress: (line) => output.progress(line),
      ...(options.serve ? { afterwards: (played) => look(output, played) } : {}),
    });
    output.endProgress();
    tell(output, facts);
    writeFileSync(options.out, incidentPage(facts));
    output.say(`The story as a page: ${resolve(options.out)}`);
    output.result(facts);
    for (const fault of facts.faults) output.trouble(fault);
    return facts.faults.length > 0 ? EXIT.wrong : EXIT.done;
  });
}
