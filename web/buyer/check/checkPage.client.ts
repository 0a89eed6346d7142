/*
 * Recomputes a draw in the buyer's browser from the public record, and her own place with it. The
 * server's word is not needed.
 */

import type { Answer } from "../../../src/api/contract.ts";
import type { buyerRoutes } from "../../../src/api/routes.ts";
import { type Language, fill, localeOf } from "../../../src/base/language.ts";
import { must } from "../../../src/base/assert.ts";
import { OwnPlace } from "../../../src/proof/ownPlace.ts";
import type { BeaconCheck } from "../../../src/proof/beaconProof.ts";
import type { RushGroup } from "../../../src/proof/groupProof.ts";
import { RecordReader } from "../../../src/proof/recordReader.ts";
import { Verifier, type VerifyReport } from "../../../src/proof/verify.ts";
import { call } from "../../ui/call.client.ts";
import { element, pageData } from "../../ui/dom.client.ts";
import type { CheckTexts } from "./words.ts";
import { keepLanguage } from "../../ui/language.client.ts";

const { language, slug, texts } = pageData<{
  language: Language;
  slug: string;
  texts: CheckTexts;
}>();
const number = new Intl.NumberFormat(localeOf(language));

type Own = Answer<typeof buyerRoutes.showOwnStatus>;

const RUSHES_SHOWN = 20;

const BEACON_SCRIPT = "/assets/buyer/beaconCheck.js";

/**
 * The signature check is as large as everything else, so it is loaded only for sales with a beacon.
 */
async function beaconCheck(used: boolean): Promise<BeaconCheck | null> {
  if (!used) return null;
  const module = (await import(BEACON_SCRIPT)) as { readonly isGenuineBeacon: BeaconCheck };
  return module.isGenuineBeacon;
}

/** Reads the record as a stream and verifies every line; `own` follows along. */
async function recompute(
  { round: roundNo, beacon }: DOMStringMap,
  own: OwnPlace | null,
  tell: (count: number) => void,
): Promise<VerifyReport> {
  const response = await fetch(`/v1/sales/${slug}/rounds/${roundNo}/record`);
  if (!response.ok || !response.body) throw new Error(String(response.status));
  const verifier = new Verifier({ isGenuineBeacon: await beaconCheck(beacon !== "off") });
  const record = new RecordReader(verifier);
  const bytes = response.body.getReader();
  for (;;) {
    const { value, done } = await bytes.read();
    for (const line of done ? record.end() : record.take(value)) own?.take(line);
    if (done) break;
    tell(record.lineCount);
    // Gives the page time to draw while half a million lines are recomputed.
    await new Promise((resume) => setTimeout(resume));
  }
  return verifier.report();
}

/** Her recomputed place, and whether the server says the same. */
function ownLine(own: Own | null, place: OwnPlace | null): string {
  const placeNo = place?.placeNo() ?? null;
  if (!own?.entry || placeNo === null) return texts.noEntry;
  const said = own.place?.placeNo ?? null;
  const fits = said === placeNo ? texts.fits : fill(texts.differs, { said: said ?? "–" });
  return fill(texts.mine, { place: number.format(placeNo), fits });
}

/** A rush in words; more than a few are left to the record. */
function rushLine(rush: RushGroup): HTMLElement {
  const { fromWindowNo, windowNo, entryCount, turnedAwayCount, longestWaitMs } = rush;
  const said = fill(texts.rush, {
    windows: fromWindowNo === windowNo ? windowNo : `${fromWindowNo}–${windowNo}`,
    entries: number.format(entryCount),
    away: number.format(turnedAwayCount),
    seconds: number.format(Math.round(longestWaitMs / 100) / 10),
  });
  return element("li", {}, rush.endedFull ? `${said} ${texts.rushFull}` : said);
}

/**
 * The result: what was recomputed, at most ten faults, and the command that repeats it elsewhere.
 */
function show(result: HTMLElement, report: VerifyReport, line: string, roundNo: string): void {
  const { faults, rushes, windowCount, entryCount, movementCount, offerCount, finished } = report;
  const url = `${location.origin}/v1/sales/${slug}/rounds/${roundNo}/record`;
  result.replaceChildren(
    element(
      "p",
      { class: faults.length === 0 ? "note" : "note bad" },
      faults.length === 0 ? texts.good : texts.bad,
    ),
    element("ul", {}, ...faults.slice(0, 10).map((fault) => element("li", {}, fault))),
    element(
      "p",
      {},
      [
        `${number.format(windowCount)} ${texts.windows}`,
        `${number.format(entryCount)} ${texts.entries}`,
        `${number.format(offerCount)} ${texts.offers}`,
        `${number.format(movementCount)} ${texts.movements}`,
      ].join(" · "),
    ),
    rushes.length === 0 ? "" : element("h3", {}, texts.rushes),
    element("ul", {}, ...rushes.slice(0, RUSHES_SHOWN).map(rushLine)),
    element("p", {}, line),
    finished ? "" : element("p", { class: "small" }, texts.notYet),
    element("p", { class: "small mono" }, fill(texts.command, { url })),
  );
}

async function check(section: HTMLElement): Promise<void> {
  const roundNo = must(section.dataset.round, "the selector asks for it");
  const result = must(section.querySelector<HTMLElement>(".result"), "checkPage draws it");
  const own = await call<Own>("GET", `/v1/sales/${slug}/rounds/${roundNo}/mine`, {
    language,
    failed: texts.failed,
  }).catch(() => null);
  const place = own?.entry ? new OwnPlace(own.entry) : null;
  try {
    const report = await recompute(section.dataset, place, (count) => {
      result.textContent = fill(texts.reading, { n: number.format(count) });
    });
    show(result, report, ownLine(own, place), roundNo);
  } catch {
    result.replaceChildren(element("p", { class: "note bad", role: "alert" }, texts.failed));
  }
}

for (const section of document.querySelectorAll<HTMLElement>("[data-round]")) {
  const button = must(section.querySelector("button"), "checkPage draws it");
  button.addEventListener("click", () => {
    button.disabled = true;
    void check(section).finally(() => (button.disabled = false));
  });
}

keepLanguage();
