import { said } from "../../ui/said.client.ts";
import { fill } from "../../../src/base/language.ts";
import type { Board } from "../../../src/sale/board.ts";
import { formatInstant } from "../../../src/base/zone.ts";
import { byId, pageData } from "../../ui/dom.client.ts";
import { serverNowMs } from "../../ui/serverClock.client.ts";
import { statusText } from "./saleStatus.ts";
import type { SalePageClientData } from "./salePage.ts";

/* What the page says of the sale's state and of time. While a sale is paused nothing on it ticks. */

const data = pageData<SalePageClientData>();
const { texts, language } = data;

/** Until when something is held for the reader; null while nothing is. */
let heldUntilMs: number | null = null;
let pausedAtMs: number | null = null;
let closed = false;
/** When the sale was last seen to be paused. */
let lastPausedMs = 0;

export const hold = (untilMs: number | null): void => void (heldUntilMs = untilMs);

/** Time left for what is held: it stands still from the instant of the pause. */
function heldLeftMs(nowMs: number): number | null {
  return heldUntilMs === null ? null : heldUntilMs - (pausedAtMs ?? nowMs);
}

/** The server ends what has run out a moment later. */
const ENDING_MS = 1_500;

/** Whether the time of something held is over, so that the server must be asked what became of it. */
export function hasRunOut(): boolean {
  const nowMs = serverNowMs();
  const leftMs = nowMs === null || pausedAtMs !== null ? null : heldLeftMs(nowMs);
  return leftMs !== null && leftMs < -ENDING_MS;
}

/** Shows state and message of the sale; true when it goes on after a pause. */
export function showSale(board: Board): boolean {
  const resumed = pausedAtMs !== null && board.saleState !== "paused";
  // Deadlines moved by the pause. How far exactly the server says; until then by what was seen of it, which is less.
  if (resumed && heldUntilMs !== null) {
    heldUntilMs += Math.max(0, lastPausedMs - (pausedAtMs as number));
  }
  closed = board.saleState === "closed";
  pausedAtMs = board.saleState === "paused" ? pauseOf(board) : null;
  if (pausedAtMs !== null) lastPausedMs = serverNowMs() ?? lastPausedMs;
  const pill = byId("phase");
  setText(pill, statusText(texts, board));
  pill.classList.toggle("warm", board.saleState !== "live");
  byId("pause").hidden = pausedAtMs === null;
  byId("turn").classList.toggle("paused", pausedAtMs !== null);
  const message = byId("message");
  setText(message, board.message ? said(board.message) : "");
  message.hidden = board.message === null;
  tick();
  return resumed;
}

const pauseOf = ({ pausedAt }: Board): number =>
  pausedAt === null ? (serverNowMs() ?? 0) : Date.parse(pausedAt);

/** Said once: a reader's software would read the same words again at each change. */
function setText(place: HTMLElement, text: string): void {
  if (place.textContent?.trim() !== text) place.textContent = text;
}

/** "09:47", "01:00:00", "2 · 03:00:00". */
function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3600) % 24;
  const clock = [Math.floor(seconds / 60) % 60, seconds % 60];
  if (days > 0 || hours > 0) clock.unshift(hours);
  return (days > 0 ? `${days} · ` : "") + clock.map((n) => String(n).padStart(2, "0")).join(":");
}

const WARNING_MS = 60_000;

/** What the sale itself waits for: the words for a running clock, those for a pause, and the instant. */
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
  // Joining opens and closes by the clock all the same, so the instant is said instead of a clock that stands.
  return [fill(still, { time: formatInstant(atMs, data.timeZone, language) }), ""];
}

/** Draws the time as it is now; nothing before the server has said what time it is. */
export function tick(): void {
  const nowMs = serverNowMs();
  if (nowMs === null) return;
  const [label, clock] = countdown(nowMs);
  setText(byId("countdown-label"), label);
  setText(byId("countdown"), clock);
  // A minute before something held runs out it is said, once, to those who listen, too.
  const leftMs = heldLeftMs(nowMs) ?? 0;
  const last = pausedAtMs === null && leftMs > 0 && leftMs < WARNING_MS;
  setText(byId("warning"), last ? texts.lastMinute : "");
}
