/*
 * The public page of a sale, and the front page. Readable without a script; the script adds the
 * buyer's own part. The page is the same for everybody and contains nothing personal.
 */

import { inLanguage, textIn, overridesFor } from "../../../src/base/inLanguage.ts";
import { type Language, localeOf, fill, type Text } from "../../../src/base/language.ts";
import { must } from "../../../src/base/assert.ts";
import { formatMoney } from "../../../src/base/money.ts";
import { formatInstant, onIndonesianClocks } from "../../../src/base/zone.ts";
import { beaconKind, type DrandChain } from "../../../src/sale/beacon/beacon.ts";
import type { Board } from "../../../src/sale/board.ts";
import {
  type Round,
  type SaleDefinition,
  beaconOf,
  variantByNo,
} from "../../../src/sale/definition.ts";
import { leftOf } from "../../../src/sale/left.ts";
import type { Payments } from "../../../src/sale/payments.ts";
import { dataBlock, html, type Html } from "../../ui/html.ts";
import { ANSWER_TEXTS } from "../answerTexts.ts";
import { layout, PAGE_SCRIPT } from "../../ui/layout.ts";
import { paymentNote, sandboxNote } from "./paymentNote.ts";
import { METHOD_WORDS } from "../method/words.ts";
import { leftText, newcomerText, statusOf } from "./saleStatus.ts";
import { SALE_WORDS, type SaleTexts } from "./words.ts";

/** One edition of a public statement about cancelled orders. */
export interface SaleStatement {
  readonly batchId: string;
  readonly edition: number;
  readonly publishedAtMs: number;
  readonly digest: string;
  readonly correction: string | null;
  readonly document: { readonly text: Text };
}

export interface SalePageData {
  readonly language: Language;
  readonly definition: SaleDefinition;
  readonly definitionDigest: string;
  readonly round: Round;
  readonly chainAnchor: string;
  readonly board: Board;
  /** The payment service. */
  readonly payments: Payments;
  /** A browser on this machine is shown its codes, because no message can be sent. */
  readonly showCodes: boolean;
  /** Public statements about cancelled orders, newest first. */
  readonly statements?: readonly SaleStatement[];
  /** A preview: no script, so nobody can join. */
  readonly lookOnly?: boolean;
}

export function salePage(data: SalePageData): string {
  const { language, definition, round, board } = data;
  const texts = inLanguage(SALE_WORDS, language);
  const title = textIn(definition.title, language);
  const status = statusOf(texts, board);
  const clocks = onIndonesianClocks(round.opensAtMs, definition.timeZone);
  const content = html` <p>
      <span class="pill${status.warm ? " warm" : ""}" id="phase">${status.text}</span>
    </p>
    <h1>${title}</h1>
    <p class="lead">${textIn(definition.description, language)}</p>
    ${paymentNote(language, data.payments, definition)}
    <p
      id="pause"
      class="note warm"
      role="status"
      ${board.saleState === "paused" ? null : html`hidden`}
    >
      ${texts.paused}
    </p>
    <p id="message" class="note warm" role="status" ${board.message ? null : html`hidden`}>
      ${board.message && textIn(board.message, language)}
    </p>
    <div class="grid two">
      <div>${statementsPart(data, texts)} ${announcement(data, texts)}</div>
      <aside class="card sticky" aria-labelledby="turn-title">
        <h2 id="turn-title">${texts.yourTurn}</h2>
        <p class="small">
          <time datetime="${new Date(round.opensAtMs).toISOString()}"
            >${formatInstant(round.opensAtMs, definition.timeZone, language)}</time
          >
          –
          <time datetime="${new Date(round.closesAtMs).toISOString()}"
            >${formatInstant(round.closesAtMs, definition.timeZone, language)}</time
          >
        </p>
        ${clocks && html`<p class="small">${texts.opensAtClocks} ${clocks}</p>`}
        <p id="countdown-label" class="small"></p>
        <p id="countdown" class="count" aria-live="off"></p>
        <p id="warning" class="note warm" role="status"></p>
        <p id="reach" class="note warm" role="status" hidden></p>
        <p id="odds">${newcomerText(texts, language, board)}</p>
        <div id="turn">
          <noscript><p class="note warm">${texts.noScript}</p></noscript>
        </div>
        <p id="said" class="unseen" role="status"></p>
      </aside>
    </div>
    ${dataBlock("page-data", pageData(data, texts))}`;
  return layout({
    language,
    title: `${title} · Giliran`,
    script: data.lookOnly ? null : "/assets/buyer/salePage.js",
    lookOnly: data.lookOnly ?? false,
    languageHref: "?lang=",
    content,
  });
}

/** Statements about cancelled orders: the newest edition of each, and below it the earlier ones. */
function statementsPart(data: SalePageData, texts: SaleTexts): Html | null {
  const { definition, language, statements = [] } = data;
  if (statements.length === 0) return null;
  const line = (one: SaleStatement) =>
    html`<p>
      ${textIn(one.document.text, language)}
      ${one.correction && html`<br />${texts.statementCorrects}: ${one.correction}`}<br />
      <span class="small"
        >${formatInstant(one.publishedAtMs, definition.timeZone, language)} ·
        ${texts.statementEdition} ${one.edition} ·
        <span class="mono">${one.digest.slice(0, 16)}</span></span
      >
    </p>`;
  const batches = Map.groupBy(statements, ({ batchId }) => batchId);
  return html`<section class="card" id="statements" aria-labelledby="statements-title">
    <h2 id="statements-title">${texts.statements}</h2>
    ${[...batches.values()].map(
      ([newest, ...earlier]) =>
        html`${newest ? line(newest) : null}
        ${
          earlier.length > 0 &&
          html`<details>
            <summary>${texts.statementEarlier}</summary>
            ${earlier.map(line)}
          </details>`
        }`,
    )}
    <p class="small"><a href="/v1/sales/${definition.slug}/statements">JSON</a></p>
  </section>`;
}

/** Whose chance goes into the seeds; a private key is called private. */
function beaconText(chain: DrandChain | null, texts: SaleTexts): string {
  if (chain === null) return texts.beaconOff;
  return beaconKind(chain) === "public" ? texts.beaconOn : texts.beaconPrivate;
}

/** The announcement: variants, rule, and how to check the draw. */
function announcement(data: SalePageData, texts: SaleTexts): Html {
  const { definition, round } = data;
  return html`<section class="card" aria-labelledby="stock-title">
      <h2 id="stock-title">${texts.stockTitle}</h2>
      ${stockTables(data, texts)}
      <p class="small">${texts.stockHelp}</p>
      ${asideText(data, texts)}
    </section>
    <section class="card" aria-labelledby="rules-title">
      <h2 id="rules-title">${texts.rulesTitle}</h2>
      <p>${texts.modes[round.mode]}</p>
      <p>${fill(texts.limit, { n: definition.unitsPerPersonCount })} ${texts.proof}</p>
      <p><a href="/s/${definition.slug}/policy">${texts.policy}</a></p>
      <p><a href="/method">${inLanguage(METHOD_WORDS, data.language).title}</a></p>
      <p class="small">${beaconText(beaconOf(definition, round.mode), texts)}</p>
      ${
        definition.synthetic.length > 0 &&
        html`<h3>${texts.synthetic}</h3>
          <ul class="small">
            ${definition.synthetic.map((line) => html`<li>${line}</li>`)}
          </ul>`
      }
    </section>
    <section class="card" aria-labelledby="check-title">
      <h2 id="check-title">${texts.checkTitle}</h2>
      <p>
        <a href="/v1/sales/${definition.slug}/rounds/${round.roundNo}/record">${texts.record}</a>
        ·
        <a href="/s/${definition.slug}/board?round=${round.roundNo}">${texts.board}</a>
        · <a href="/s/${definition.slug}/check">${texts.checkHere}</a> ·
        <a href="/s/${definition.slug}/report">${texts.report}</a>
      </p>
      <p class="small">${texts.anchor}<br /><span class="mono">${data.chainAnchor}</span></p>
      <p class="small">${texts.digest}<br /><span class="mono">${data.definitionDigest}</span></p>
    </section>`;
}

/** Units outside the public count, because they are owed to people. */
function asideText({ board }: SalePageData, texts: SaleTexts): Html | null {
  const aside = board.stock.reduce((sum, line) => sum + line.makeGood, 0);
  return aside === 0 ? null : html`<p class="note">${fill(texts.setAside, { n: aside })}</p>`;
}

/** Data for the page's script. */
function pageData(data: SalePageData, texts: SaleTexts) {
  const { language, definition, round, showCodes } = data;
  return {
    language,
    slug: definition.slug,
    roundNo: round.roundNo,
    timeZone: definition.timeZone,
    lobbyOpensAtMs: round.lobbyOpensAtMs,
    opensAtMs: round.opensAtMs,
    closesAtMs: round.closesAtMs,
    /** The round after this one, in words; null after the last. */
    nextRound: nextRoundText(data),
    channels: definition.channels.map((channel) => ({
      code: channel.code,
      name: channel.name,
      skus: round.allotments
        .filter((allotment) => allotment.channelNo === channel.channelNo)
        .map(
          (allotment) =>
            must(variantByNo(definition, allotment.variantNo), "variant of an allotment").sku,
        ),
    })),
    variants: definition.variants.map((variant) => ({
      sku: variant.sku,
      name: textIn(variant.name, language),
      price: formatMoney(
        { minorUnits: variant.priceMinorUnits, currency: definition.currency },
        language,
      ),
    })),
    showCodes,
    texts,
    overrides: overridesFor(ANSWER_TEXTS, language),
  };
}

function nextRoundText({ definition, round, language }: SalePageData): string | null {
  const next = definition.rounds.find((one) => one.roundNo === round.roundNo + 1);
  if (!next) return null;
  return `${textIn(next.name, language)}, ${formatInstant(next.opensAtMs, definition.timeZone, language)}`;
}

export type SalePageClientData = ReturnType<typeof pageData>;

/** A table for each channel: what is left of each variant, of how many that were announced. */
function stockTables(data: SalePageData, texts: SaleTexts): Html {
  const { definition, language, board } = data;
  const number = new Intl.NumberFormat(localeOf(language));
  const left = (where: { readonly channel?: string; readonly sku?: string }) => {
    const { allottedUnits } = leftOf(board, where);
    return html`<td>
      <b
        class="left"
        ${where.channel ? html`data-channel="${where.channel}"` : null}
        ${where.sku ? html`data-sku="${where.sku}"` : null}
        >${leftText(texts, language, board, where)}</b
      ><span class="price">${fill(texts.leftAnnounced, { n: number.format(allottedUnits) })}</span>
    </td>`;
  };
  const row = (variant: SaleDefinition["variants"][number], channel: string) => {
    const money = { minorUnits: variant.priceMinorUnits, currency: definition.currency };
    return html`<tr>
      <th scope="row">
        ${textIn(variant.name, language)}<span class="price">${formatMoney(money, language)}</span>
      </th>
      ${left({ channel, sku: variant.sku })}
    </tr>`;
  };
  const total = (where: { readonly channel?: string }) =>
    html`<tr>
      <th scope="row">${texts.total}</th>
      ${left(where)}
    </tr>`;
  const sold = (channel: string) => board.stock.filter((line) => line.channel === channel);
  return html`<div class="stock">
    ${definition.channels.map(
      ({ code, name }) =>
        html`<table>
          <caption>
            ${name}
          </caption>
          <tbody>
            ${definition.variants.filter(({ sku }) => sold(code).some((line) => line.sku === sku)).map((variant) => row(variant, code))}
          </tbody>
          <tfoot>
            ${total({ channel: code })}
          </tfoot>
        </table>`,
    )}
    ${
      definition.channels.length > 1 &&
      html`<table>
        <caption>
          ${texts.allChannels}
        </caption>
        <tbody>
          ${total({})}
        </tbody>
      </table>`
    }
  </div>`;
}

/** The front page: all published sales. */
export function salesPage(
  language: Language,
  sales: readonly { definition: SaleDefinition; round: Round }[],
  about: {
    readonly payments: Payments;
    readonly tour: readonly (Text & { readonly path: string })[];
  },
): string {
  const { payments, tour } = about;
  const texts = inLanguage(SALE_WORDS, language);
  const content = html`<h1>Giliran</h1>
    ${sandboxNote(language, payments)}
    ${
      tour.length > 0 &&
      html`<section class="card">
        <h2>${texts.tour}</h2>
        <p class="small">${texts.tourSynthetic}</p>
        <ol class="tour">
          ${tour.map((stop) => html`<li><a href="${stop.path}">${textIn(stop, language)}</a></li>`)}
        </ol>
      </section>`
    }
    <p><a href="/method">${inLanguage(METHOD_WORDS, language).title}</a></p>
    ${sales.length === 0 ? html`<p class="lead">${texts.noSales}</p>` : null}
    <div class="grid">
      ${sales.map(
        ({ definition, round }) =>
          html`<section class="card">
            <h2><a href="/s/${definition.slug}">${textIn(definition.title, language)}</a></h2>
            <p>${textIn(definition.description, language)}</p>
            <p class="small">${formatInstant(round.opensAtMs, definition.timeZone, language)}</p>
          </section>`,
      )}
    </div>`;
  return layout({
    language,
    title: "Giliran",
    script: PAGE_SCRIPT,
    languageHref: "?lang=",
    content,
  });
}
