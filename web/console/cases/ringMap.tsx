/*
 * The picture of a ring: accounts and the identifiers they share. It draws nothing that the table
 * does not say.
 */

import { UndirectedGraph } from "graphology";
import * as forceAtlas2 from "graphology-layout-forceatlas2";
import { Sigma } from "sigma";
import { useEffect, useRef, useState } from "react";
import { must } from "../../../src/base/assert.ts";
import { named, speak } from "../ui/say.ts";
import { CASES_WORDS } from "./words.ts";
import type { CaseDetail, Findings } from "./caseDetail.ts";

const words = speak(CASES_WORDS);

/** Iterations of the layout. */
const STEPS = 80;
/** Shared identifiers are labelled; accounts only when zoomed in. */
const LABEL_FROM_SIZE = 5.5;

/** A CommonJS package: its types describe a default that the bundler has already unwrapped. */
const layout = forceAtlas2.default as unknown as {
  assign(graph: UndirectedGraph, options: { iterations: number; settings: object }): void;
  inferSettings(graph: UndirectedGraph): object;
};

/**
 * Accounts and shared identifiers, with a line for each use. The same case always gives the same
 * picture.
 */
export function ringGraph(detail: CaseDetail, found: Findings, colours: Colours): UndirectedGraph {
  const graph = new UndirectedGraph();
  const accountOf = new Map(detail.orders.map((order) => [order.orderId, order.account]));
  const accounts = [...new Set(accountOf.values())];
  const total = accounts.length + found.shared_evidence.length;
  // Starts on a circle: no randomness, and no two nodes on one spot.
  const place = (index: number) => ({
    x: Math.cos((2 * Math.PI * index) / total),
    y: Math.sin((2 * Math.PI * index) / total),
  });
  accounts.forEach((account, index) => {
    graph.addNode(account, { ...place(index), size: 5, color: colours.account, label: account });
  });
  found.shared_evidence.forEach((one, index) => {
    const key = `shared ${index}`;
    graph.addNode(key, {
      ...place(accounts.length + index),
      size: 6 + Math.min(12, Math.sqrt(one.orders) * 2),
      color: colours.shared,
      label: `${named(words.attributes, one.attribute)} ${one.value}`,
    });
    for (const member of one.members ?? []) {
      const account = accountOf.get(found.orders[member]?.order_id ?? "");
      if (account !== undefined && !graph.hasEdge(account, key)) graph.addEdge(account, key);
    }
  });
  layout.assign(graph, {
    iterations: STEPS,
    settings: { ...layout.inferSettings(graph), barnesHutOptimize: total > 200 },
  });
  return graph;
}

interface Colours {
  readonly account: string;
  readonly shared: string;
  readonly line: string;
  readonly ink: string;
}

/** Colours of the style sheet, so that the picture follows the theme. */
function coloursOf(node: HTMLElement): Colours {
  const style = getComputedStyle(node);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    account: colour("--accent"),
    shared: colour("--moving"),
    line: colour("--line-strong"),
    ink: colour("--ink"),
  };
}

/** Draws the picture; null if the browser has no WebGL. */
function draw(node: HTMLElement, detail: CaseDetail, found: Findings): Sigma | null {
  const colours = coloursOf(node);
  performance.mark("ring begins");
  try {
    return new Sigma(ringGraph(detail, found, colours), node, {
      defaultEdgeColor: colours.line,
      labelColor: { color: colours.ink },
      labelRenderedSizeThreshold: LABEL_FROM_SIZE,
      zIndex: true,
      allowInvalidContainer: true,
    });
  } catch {
    return null;
  } finally {
    // Shown in the browser's profiler under this name.
    performance.measure("ring", "ring begins");
  }
}

export function RingMap(props: { readonly detail: CaseDetail; readonly found: Findings }) {
  const { detail, found } = props;
  const ref = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const sigma = draw(must(ref.current, "drawn before effects run"), detail, found);
    setFailed(sigma === null);
    return () => sigma?.kill();
    // A case read again has the same picture, because its analysis does not change.
  }, [detail.caseNo, detail.sale]);
  return (
    <figure>
      <div ref={ref} className="ring-map" role="img" aria-label={words.ringMap} hidden={failed} />
      <figcaption className="small">{failed ? words.noMap : words.mapCaption}</figcaption>
    </figure>
  );
}
