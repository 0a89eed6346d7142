/* A stacked bar of units. */

import { html, type Html } from "./html.ts";

export interface BarPart {
  /** The class that gives the colour. */
  readonly kind: "sold" | "moving" | "back";
  readonly units: number;
  readonly name: string;
}

/** The meaning of a bar's colours; the rest of the bar is `rest`. */
export function barLegend(parts: readonly Pick<BarPart, "kind" | "name">[], rest: string): Html {
  const one = (kind: string, name: string) =>
    html`<li>
      <svg viewBox="0 0 1 1" aria-hidden="true"><rect class="${kind}" width="1" height="1" /></svg
      >${name}
    </li>`;
  return html`<ul class="legend small">
    ${parts.map(({ kind, name }) => one(kind, name))} ${one("rest", rest)}
  </ul>`;
}

/** A bar with its label, its parts in order, and the sums in words. */
export function stackedBar(bar: {
  readonly name: string;
  readonly parts: readonly BarPart[];
  readonly wholeUnits: number;
  readonly sumText: string;
}): Html {
  const scale = bar.wholeUnits === 0 ? 0 : 100 / bar.wholeUnits;
  let start = 0;
  const rects = bar.parts.map(({ kind, units }) => {
    const x = start.toFixed(2);
    start += units * scale;
    return html`<rect
      class="${kind}"
      x="${x}"
      width="${(units * scale).toFixed(2)}"
      height="14"
    />`;
  });
  const label = bar.parts.map(({ units, name }) => `${units} ${name}`).join(", ");
  return html`<div class="bar">
    <span>${bar.name}</span>
    <span class="track"
      ><svg viewBox="0 0 100 14" preserveAspectRatio="none" role="img" aria-label="${label}">
        ${rects}
      </svg></span
    >
    <span>${bar.sumText}</span>
  </div>`;
}
