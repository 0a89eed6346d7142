import { html, type Html } from "./html.ts";

export interface BarPart {
  /** A class of the style sheet that says its colour. */
  readonly kind: "sold" | "moving" | "back";
  readonly units: number;
  readonly name: string;
}

/** One line's units as a bar: its name, its parts one after the other, and the sum in words. */
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
