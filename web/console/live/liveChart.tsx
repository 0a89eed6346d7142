/* Charts of the live figures. */

import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { must } from "../../../src/base/assert.ts";
import { speak } from "../ui/say.ts";
import { LIVE_WORDS } from "./words.ts";
import type { Live } from "./live.ts";

const words = speak(LIVE_WORDS);

interface Series {
  readonly label: string;
  /** A colour variable of the style sheet. */
  readonly colour: string;
  readonly valueOf: (live: Live) => number;
}

const total = (live: Live, read: (round: Live["rounds"][number]) => number) =>
  live.rounds.reduce((sum, round) => sum + read(round), 0);

/** Series of the first chart. */
const COUNTS: readonly Series[] = [
  {
    label: words.entries,
    colour: "--soft",
    valueOf: (live) => total(live, (round) => round.entryCount),
  },
  {
    label: words.offersOpen,
    colour: "--moving",
    valueOf: (live) => total(live, (round) => round.offers.open ?? 0),
  },
  {
    label: words.sold,
    colour: "--accent",
    valueOf: (live) =>
      total(live, (round) => (round.orders.paid ?? 0) + (round.orders.cod_confirmed ?? 0)),
  },
];
/** Series of the second chart: answer times in ms. */
const TIMES: readonly Series[] = [
  { label: words.answers.median, colour: "--accent", valueOf: (live) => live.answers.medianMs },
  { label: words.answers.p99, colour: "--moving", valueOf: (live) => live.answers.p99Ms },
];

const HEIGHT = 220;
/**
 * Least length of the time axis in seconds; a single point would otherwise be spread over years.
 */
const LEAST_SECONDS = 60;
type History = readonly { readonly atMs: number; readonly live: Live }[];

function optionsOf(node: HTMLElement, series: readonly Series[]): uPlot.Options {
  const style = getComputedStyle(node);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour("--soft"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { stroke: colour("--line"), width: 1 },
  };
  return {
    width: node.clientWidth,
    height: HEIGHT,
    cursor: { y: false },
    scales: {
      x: { range: (_, from, to) => [Math.min(from, to - LEAST_SECONDS), to] },
      y: { range: (_, __, to) => [0, Math.max(1, (to ?? 0) * 1.1)] },
    },
    series: [
      { label: words.chart.clock },
      ...series.map((one) => ({ label: one.label, stroke: colour(one.colour), width: 2 })),
    ],
    axes: [axis, { ...axis, size: 64 }],
  };
}

/** A chart that is updated in place; it follows the width of its container. */
function Plot(props: {
  readonly history: History;
  readonly series: readonly Series[];
  readonly label: string;
}) {
  const { history, series, label } = props;
  const ref = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  useEffect(() => {
    const node = must(ref.current, "drawn before effects run");
    plot.current = new uPlot(optionsOf(node, series), [[], ...series.map(() => [])], node);
    const observer = new ResizeObserver(() =>
      plot.current?.setSize({ width: node.clientWidth, height: HEIGHT }),
    );
    observer.observe(node);
    return () => {
      observer.disconnect();
      plot.current?.destroy();
    };
  }, [series]);
  useEffect(() => {
    plot.current?.setData([
      history.map((point) => point.atMs / 1_000),
      ...series.map((one) => history.map((point) => one.valueOf(point.live))),
    ]);
  }, [history, series]);
  // The same figures stand as text above the picture.
  return <div ref={ref} className="plot" role="img" aria-label={label} />;
}

/** The figures second by second since the page was opened. */
export function LiveChart({ history }: { readonly history: History }) {
  return (
    <>
      <Plot history={history} series={COUNTS} label={words.chart.counts} />
      <Plot history={history} series={TIMES} label={words.chart.times} />
    </>
  );
}
