/* The timeline of a sale. */

import type { Sale } from "../sales/salesPage.tsx";
import { said } from "../../ui/said.client.ts";
import { fill, momentIn, speak } from "../ui/say.ts";
import { LIVE_WORDS } from "./words.ts";

const words = speak(LIVE_WORDS);

const WIDTH = 1_000;

/** The rounds on one time axis: lobby, joining, and the present. */
export function Timeline({ sale }: { readonly sale: Sale }) {
  const times = sale.rounds.map((round) => ({
    round,
    lobbyMs: Date.parse(round.lobbyOpensAt),
    opensMs: Date.parse(round.opensAt),
    closesMs: Date.parse(round.closesAt),
  }));
  const from = Math.min(...times.map((one) => one.lobbyMs));
  const to = Math.max(...times.map((one) => one.closesMs));
  const at = (ms: number) => ((ms - from) / Math.max(1, to - from)) * WIDTH;
  const now = Date.now();
  return (
    <figure className="timeline-figure">
      <svg viewBox={`0 0 ${WIDTH} 18`} preserveAspectRatio="none" aria-hidden="true">
        <rect className="back" y="7" width={WIDTH} height="4" />
        {times.map(({ round, lobbyMs, opensMs, closesMs }) => (
          <g key={round.roundNo}>
            <rect
              className="lobby"
              x={at(lobbyMs)}
              y="4"
              width={at(opensMs) - at(lobbyMs)}
              height="10"
            />
            <rect
              className="entry"
              x={at(opensMs)}
              y="4"
              width={Math.max(3, at(closesMs) - at(opensMs))}
              height="10"
            />
          </g>
        ))}
        {now >= from && now <= to && (
          <rect className="now" x={at(now) - 1.5} width="3" height="18" />
        )}
      </svg>
      <figcaption>
        <ol>
          {times.map(({ round }) => (
            <li key={round.roundNo}>
              {fill(words.roundTimes, {
                name: said(round.name),
                mode: words.modes[round.mode],
                opens: momentIn(round.opensAt, sale.timeZone),
                closes: momentIn(round.closesAt, sale.timeZone),
              })}
            </li>
          ))}
        </ol>
      </figcaption>
    </figure>
  );
}
