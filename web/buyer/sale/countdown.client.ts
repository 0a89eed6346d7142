/* The sale page's state line and countdown. Nothing counts down while a sale is paused. */

import { said } from "../../ui/said.client.ts";
import { fill } from "../../../src/base/language.ts";
import type { Board } from "../../../src/sale/board.ts";
import { formatInstant } from "../../../src/base/zone.ts";
import { byId, pageData, setText } from "../../ui/dom.client.ts";
import { serverNowMs } from "../../ui/serverClock.client.ts";
import { leftText, newcomerText, statusOf } from "./saleStatus.ts";
import type { SalePageClientData } from "./salePage.ts";

const data = pageData<SalePageClientData>();
const { texts, language } = data;

/** The instant until which something is held for the reader, in ms; null if nothing is. */
let heldUntilMs: number | null = null;
/** Whether more time can be asked for. */
let mayBeExtended = false;
let pausedAtMs: number | null = null;
let closed = false;
/** When the sale was last seen paused. */
let lastPausedMs = 0;

/** Sets or clears what is held for the reader, and whether she may ask for more time. */
export function hold(untilMs: number | null, extendable = false): void {
  heldUntilMs = untilMs;
  mayBeExtended = extendable;
}

/** Time left for what is held; it stops at the instant of the pause. */
function heldLeftMs(nowMs: number): number | null {
  return heldUntilMs === null ? null : heldUntilMs - (pausedAtMs ?? nowMs);
}

/** The server ends expired holds a moment later than the deadline, in ms. */
const ENDING_MS = 1_500;

/** Whether a hold has expired, so that the server must be asked for the outcome. */
export function hasRunOut(): boolean {
  const nowMs = serverNowMs();
  const leftMs = nowMs === null || pausedAtMs !== null ? null : heldLeftMs(nowMs);
  return leftMs !== null && leftMs < -ENDING_MS;
}

/** Shows the sale's state and message; true when it resumes after a pause. */
export function showSale(board: Board): boolean {
  const resumed = pausedAtMs !== null && board.saleState !== "paused";
  // A pause moves deadlines. The server tells the exact instant; until then the length seen here
  // counts, which is shorter.
  if (resumed && heldUntilMs !== null) {
    heldUntilMs += Math.max(0, lastPausedMs - (pausedAtMs as number));
  }
  closed = board.saleState === "closed";
  pausedAtMs = board.saleState === "paused" ? pauseOf(board) : null;
  if (pausedAtMs !== null) lastPausedMs = serverNowMs() ?? lastPausedMs;
  const pill = byId("phase");
  const { text, warm } = statusOf(texts, board);
  setText(pill, text);
  pill.classList.toggle("warm", warm);
  showLeft(board);
  byId("pause").hidden = pausedAtMs === null;
  byId("turn").classList.toggle("paused", pausedAtMs !== null);
  const message = byId("message");
  setText(message, board.message ? said(board.message) : "");
  message.hidden = board.message === null;
  tick();
  return resumed;
}

/** The rest of the stock, wherever the page says it, and the odds of a newcomer. */
function showLeft(board: Board): void {
  for (const place of document.querySelectorAll<HTMLElement>(".left"))
    setText(place, leftText(texts, language, board, place.dataset));
  setText(byId("odds"), newcomerText(texts, language, board));
}

/** The instant of the pause in ms; the server's current time while the sale runs. */
const pauseOf = ({ pausedAt }: Board): number =>
  pausedAt === null ? (serverNowMs() ?? 0) : Date.parse(pausedAt);

/** "09:47", "01:00:00", "2 · 03:00:00". */
function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3600) % 24;
  const clock = [Math.floor(seconds / 60) % 60, seconds % 60];
  if (days > 0 || hours > 0) clock.unshift(hours);
  return (days > 0 ? `${days} · ` : "") + clock.map((n) => String(n).padStart(2, "0")).join(":");
}

/** How long before its end a hold is announced, in ms. */
const WARNING_MS = 60_000;

/** The next event of the sale: words for a running clock, words for a pause, and the instant. */
function ahead(nowMs: number): readonly [string, string, number] | null {
  if (closed) return null;
  if (nowMs < data.lobbyOpensAtMs) return [texts.lobbyIn, texts.lobbyAt, data.lobbyOpensAtMs];
  if (nowMs < data.opensAtMs) return [texts.opensIn, texts.opensAt, data.opensAtMs];
  return nowMs < data.closesAtMs ? [texts.closesIn, texts.closesAt, data.closesAtMs] : null;
}

/** Label and clock of the countdown. */
function countdown(nowMs: number): readonly [string, string] {
  const leftMs = heldLeftMs(nowMs);
  if (leftMs !== null) {
    return [pausedAtMs === null ? texts.minutesLeft : texts.pausedLeft, span(leftMs)];
  }
  const next = ahead(nowMs);
  if (next === null) return ["", ""];
  const [running, still, atMs] = next;
  if (pausedAtMs === null) return [running, span(atMs - nowMs)];
  // Joining opens and closes by the clock even in a pause, so the instant is shown instead of a
  // stopped clock.
  return [fill(still, { time: formatInstant(atMs, data.timeZone, language) }), ""];
}

/** Draws the current time; nothing before the server's time is known. */
export function tick(): void {
  const nowMs = serverNowMs();
  if (nowMs === null) return;
  const [label, clock] = countdown(nowMs);
  setText(byId("countdown-label"), label);
  setText(byId("countdown"), clock);
  // Announced once, a minute before a hold expires, for screen readers as well.
  const leftMs = heldLeftMs(nowMs) ?? 0;
  const last = pausedAtMs === null && leftMs > 0 && leftMs < WARNING_MS;
  byId("countdown").classList.toggle("last", last);
  setText(byId("warning"), last ? texts[mayBeExtended ? "lastMinute" : "lastMinuteOnly"] : "");
}
