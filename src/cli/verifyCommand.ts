/*
 * `giliran verify`: recomputes a round from its public record, a file or an address, without any
 * database.
 */

import { createReadStream, existsSync } from "node:fs";
import { Readable } from "node:stream";
import type { Command } from "commander";
import { fetchOutside } from "../access/io/outside.ts";
import type { RushGroup } from "../proof/groupProof.ts";
import { Verifier, type VerifyReport } from "../proof/verify.ts";
import { RecordReader } from "../proof/recordReader.ts";
import { isGenuineBeacon } from "../sale/beacon/beaconSignature.ts";
import { fastSha256 } from "../sale/line/io/windowRoot.ts";
import { count, type Output } from "./output.ts";
import { EXIT, type Register } from "./command.ts";

/** Timeout of a download in ms; the record of a large round has hundreds of megabytes. */
const RECORD_TIMEOUT_MS = 3_600_000;

/** A stream of the record, or a sentence about why there is none. */
async function openRecord(place: string): Promise<Readable | string> {
  if (/^https?:\/\//.test(place)) {
    const signal = AbortSignal.timeout(RECORD_TIMEOUT_MS);
    const response = await fetchOutside(place, { signal }).catch(() => null);
    if (!response?.ok || !response.body) return `Cannot fetch ${place}`;
    return Readable.fromWeb(response.body as never);
  }
  return existsSync(place) ? createReadStream(place) : `There is no file ${place}`;
}

/** Checks a record as it streams in; returns a sentence if it breaks off before its end. */
async function verifyRecord(input: Readable, output: Output): Promise<VerifyReport | string> {
  const verifier = new Verifier({ hash: fastSha256, isGenuineBeacon });
  const reader = new RecordReader(verifier);
  try {
    for await (const bytes of input as AsyncIterable<Uint8Array>) {
      reader.take(bytes);
      output.progress(`read ${count(reader.lineCount)} lines`);
    }
  } catch (error) {
    return `The record breaks off after line ${reader.lineCount}: ${(error as Error).message}`;
  }
  reader.end();
  return verifier.report();
}

function rushText(rush: RushGroup): string {
  const { fromWindowNo, windowNo, entryCount, turnedAwayCount, longestWaitMs, endedFull } = rush;
  const windows =
    fromWindowNo === windowNo ? `window ${windowNo}` : `windows ${fromWindowNo} to ${windowNo}`;
  const facts = [
    `${count(entryCount)} entries`,
    `told to retry ${count(turnedAwayCount)} times`,
    `longest wait ${(longestWaitMs / 1_000).toFixed(1)} s`,
  ].join(", ");
  const full = endedFull ? "; people still waited at its greatest length" : "";
  return `rush: ${windows} sealed as one (${facts}${full})`;
}

function say(output: Output, report: VerifyReport): void {
  output.say(`Sale ${report.sale}, round ${report.roundNo} (${report.mode})`);
  output.say(
    `  ${count(report.windowCount)} windows: secrets lead to the anchor, seeds and roots recomputed`,
  );
  output.say(`  ${count(report.entryCount)} entries ranked`);
  output.say(
    `  ${count(report.offerCount)} offers replayed in line order, ${count(report.movementCount)} movements balanced`,
  );
  for (const rush of report.rushes) output.say(`  ${rushText(rush)}`);
  if (report.beacon === "private")
    output.say(
      "  The beacon's key is private: whoever holds it could know each seed before its entrants were fixed.",
    );
  if (report.beacon === "off" && report.mode !== "first_come")
    output.say("  No beacon: the organiser could know each seed before its entrants were fixed.");
  if (!report.finished)
    output.say("  The round is not finished yet: this is how it stands so far.");
  for (const fault of report.faults) output.say(`  WRONG  ${fault}`);
  output.say(
    report.faults.length === 0 ? "Everything fits." : "This record does not prove itself.",
  );
}

/** Adds the command; it exits with 1 if the record does not prove itself. */
export function addVerify(program: Command, register: Register): void {
  const command = program
    .command("verify")
    .description("recompute a round from its public record; exit 1 when something does not fit")
    .argument("<record>", "file, or address of …/rounds/N/record");
  register<{ positional: string[] }>(command, async ({ output }, { positional }) => {
    const input = await openRecord(positional[0] as string);
    const report = typeof input === "string" ? input : await verifyRecord(input, output);
    if (typeof report === "string") {
      output.trouble(report);
      return EXIT.usage;
    }
    output.endProgress();
    output.result(report);
    say(output, report);
    return report.faults.length === 0 ? EXIT.done : EXIT.wrong;
  });
}
