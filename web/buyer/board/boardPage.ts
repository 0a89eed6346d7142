/* The public board as a page: the same figures as its JSON. */

import { inLanguage, textIn } from "../../../src/base/inLanguage.ts";
import { type Language, localeOf, fill } from "../../../src/base/language.ts";
import { formatInstant } from "../../../src/base/zone.ts";
import type { Board } from "../../../src/sale/board.ts";
import type { SaleDefinition } from "../../../src/sale/definition.ts";
import type { Payments } from "../../../src/sale/payments.ts";
import { dataBlock, html, type Html } from "../../ui/html.ts";
import { layout } from "../../ui/layout.ts";
import { stackedBar } from "../../ui/stackedBar.ts";
import { BOARD_WORDS, type BoardTexts } from "./words.ts";
import { paymentNote } from "../sale/paymentNote.ts";
import { SALE_WORDS } from "../sale/words.ts";

export interface BoardPageData {
  readonly language: Language;
  readonly definition: SaleDefinition;
  readonly board: Board;
  readonly revisionNo: number;
  readonly nowMs: number;
  readonly payments: Payments;
}

/** A shuffled queue seals a window a second. The page shows the newest, the record has all. */
const WINDOWS_SHOWN = 50;

/** The whole page. */
export function boardPage(data: BoardPageData): string {
  const { language, definition, board } = data;
  const texts = inLanguage(BOARD_WORDS, language);
  const title = textIn(definition.title, language);
  const round = `/v1/sales/${definition.slug}/rounds/${board.roundNo}`;
  return layout({
    language,
    title: `${texts.title} · ${title}`,
    script: "/assets/buyer/boardPage.js",
    languageHref: `?round=${board.roundNo}&lang=`,
    content: html`<p>
        <span class="pill"><a href="/s/${definition.slug}">${title}</a></span>
      </p>
      <h1>${texts.title}</h1>
      <p class="lead">${texts.lead}</p>
      ${paymentNote(language, data.payments, definition)} ${roundLinks(data, texts)}
      <div id="board" data-revision="${data.revisionNo}">${boardNow(data, texts)}</div>
      <p class="after">
        <a href="${round}/board">${texts.json}</a> · <a href="${round}/record">${texts.record}</a> ·
        <a href="/s/${definition.slug}/check">${texts.check}</a>
      </p>
      ${dataBlock("page-data", { pollAfterMs: board.pollAfterMs })}`,
  });
}

/** Links to the other rounds; nothing for a sale with one. */
function roundLinks({ definition, board }: BoardPageData, texts: BoardTexts): Html | null {
  if (definition.rounds.length < 2) return null;
  const name = (roundNo: number) => fill(texts.round, { n: roundNo });
  return html`<p>
    ${definition.rounds.map(({ roundNo }) =>
      roundNo === board.roundNo
        ? html`<strong>${name(roundNo)}</strong> `
        : html`<a href="?round=${roundNo}">${name(roundNo)}</a> `,
    )}
  </p>`;
}

/** The part that changes while the sale runs. */
function boardNow(data: BoardPageData, texts: BoardTexts): Html {
  const { language, definition, board, nowMs } = data;
  const number = new Intl.NumberFormat(localeOf(language));
  const sum = (key: "free" | "offered" | "ordered" | "sold") =>
    board.stock.reduce((total, line) => total + line[key], 0);
  const one = (value: number, name: string) =>
    html`<div class="kpi"><b>${number.format(value)}</b><span>${name}</span></div>`;
  const { live, paused, closed } = inLanguage(SALE_WORDS, language);
  const phase = { live: live[board.phase], paused, closed, draft: live.upcoming }[board.saleState];
  return html`<p class="small">
      ${phase} · ${fill(texts.asOf, { time: formatInstant(nowMs, definition.timeZone, language) })}
    </p>
    ${board.message && html`<p class="note warm">${textIn(board.message, language)}</p>`}
    <div class="kpis">
      ${one(board.sealedEntryCount, texts.inLine)} ${one(sum("free"), texts.free)}
      ${one(sum("offered"), texts.offered)} ${one(sum("ordered"), texts.ordered)}
      ${one(sum("sold"), texts.sold)}
    </div>
    ${rushPart(board, texts, number)} ${stockPart(data, texts, number)}
    ${awaitingPart(data, texts, number)} ${windowsPart(board, texts, number)}`;
}

/** Stock by channel and variant: sold, under way, returned, and how far the line has come. */
function stockPart(
  { definition, language, board }: BoardPageData,
  texts: BoardTexts,
  number: Intl.NumberFormat,
): Html {
  const line = (one: Board["stock"][number]): Html => {
    const variant = definition.variants.find(({ sku }) => sku === one.sku);
    const reached = fill(texts.reached, { place: number.format(one.offeredThroughPlaceNo) });
    const moving = one.offered + one.ordered + one.held;
    return html`${stackedBar({
      name: variant ? textIn(variant.name, language) : one.sku,
      wholeUnits: one.allotted,
      parts: [
        { kind: "sold", units: one.sold, name: texts.sold },
        { kind: "moving", units: moving, name: texts.moving },
        { kind: "back", units: one.returned, name: texts.returned },
      ],
      sumText: `${number.format(one.sold)} ${texts.of} ${number.format(one.allotted)}`,
    })}
    ${one.offeredThroughPlaceNo > 0 && html`<p class="small">${reached}</p>`}`;
  };
  return html`<section class="card">
    <h2>${texts.stock}</h2>
    <p class="small">${texts.stockHelp}</p>
    ${definition.channels.map(
      (channel) =>
        html`<h3>${channel.name}</h3>
          <div class="bars">
            ${board.stock.filter((one) => one.channel === channel.code).map(line)}
          </div>`,
    )}
  </section>`;
}

/** One window, or the first and last of those that were shuffled together. */
const windowsOf = (window: { readonly fromWindowNo: number; readonly windowNo: number }) =>
  window.fromWindowNo === window.windowNo
    ? String(window.windowNo)
    : `${window.fromWindowNo}–${window.windowNo}`;

/** Says that people wait, and that they will be shuffled together; or how many were turned away. */
function rushPart({ rush, mode }: Board, texts: BoardTexts, number: Intl.NumberFormat): Html {
  if (rush === null) return html``;
  const said = mode === "first_come" ? texts.rushByArrival : texts.rushByChance;
  const count = fill(texts.turnedAway, { n: number.format(rush.turnedAwayCount) });
  return html`<p class="note">${said} ${count}</p>`;
}

/** Roots published before the beacon round that they wait for existed. */
function awaitingPart(
  { definition, language, board }: BoardPageData,
  texts: BoardTexts,
  number: Intl.NumberFormat,
): Html | null {
  if (board.awaiting.length === 0) return null;
  const at = (iso: string) => formatInstant(Date.parse(iso), definition.timeZone, language);
  return html`<section class="card">
    <h2>${texts.awaiting}</h2>
    <p class="small">${texts.awaitingHelp}</p>
    <ul class="reasons">
      ${board.awaiting.map(
        (window) =>
          html`<li>
            <b>${texts.window} ${windowsOf(window)}</b> · ${number.format(window.entryCount)}
            ${texts.inGroup} · ${texts.awaitingRound} ${String(window.beaconRoundNo)},
            ${at(window.beaconRoundAt)}<br />
            <span class="small mono">${window.root}</span>
          </li>`,
      )}
    </ul>
  </section>`;
}

/** The newest sealed windows with root and seed, by which anybody can recompute the draw. */
function windowsPart(board: Board, texts: BoardTexts, number: Intl.NumberFormat): Html {
  const newest = board.windows.toReversed().slice(0, WINDOWS_SHOWN);
  if (newest.length === 0) {
    return board.awaiting.length > 0 ? html`` : html`<p class="note">${texts.noWindows}</p>`;
  }
  return html`<section class="card">
    <h2>${texts.windows}</h2>
    <p class="small">${fill(texts.windowsHelp, { n: newest.length })}</p>
    <div class="scroll" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">${texts.window}</th>
            <th scope="col">${texts.entries}</th>
            <th scope="col">${texts.firstPlace}</th>
            <th scope="col">${texts.root}</th>
          </tr>
        </thead>
        <tbody>
          ${newest.map(
            (window) =>
              html`<tr>
                <th scope="row">${windowsOf(window)}</th>
                <td>${number.format(window.entryCount)}</td>
                <td>${number.format(window.firstPlaceNo)}</td>
                <td class="mono">${window.root}<br />${window.seed}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}
