import { UndirectedGraph } from "graphology";
import * as forceAtlas2 from "graphology-layout-forceatlas2";
import { Sigma } from "sigma";
import { useEffect, useRef, useState } from "react";
import { must } from "../../../src/base/assert.ts";
import { named, speak } from "../ui/say.ts";
import { CASES_WORDS } from "./words.ts";
import type { CaseDetail, Findings } from "./caseDetail.ts";

const words = speak(CASES_WORDS);

const STEPS = 80;
/** What is shared is named, accounts only from close by. */
const LABEL_FROM_SIZE = 5.5;

/** CommonJS: its types describe a default that the bundler unwraps already. */
const layout = forceAtlas2.default as unknown as {
  assign(graph: UndirectedGraph, options: { iterations: number; settings: object }): void;
  inferSettings(graph: UndirectedGraph): object;
};

/** Accounts and what they share, one line where an account has a thing. The same case is the same picture. */
export function ringGraph(detail: CaseDetail, found: Findings, colours: Colours): UndirectedGraph {
  const graph = new UndirectedGraph();
  const accountOf = new Map(detail.orders.map((order) => [order.orderId, order.account]));
  const accounts = [...new Set(accountOf.values())];
  const total = accounts.length + found.shared_evidence.length;
  // On a circle first: no chance in it, and nobody starts on top of anybody.
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

/** Draws it; null where the browser has no WebGL, and the table says the same. */
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
    // What a picture costs is seen in the browser's own tools, under this name.
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
    // A case that is read again is the same picture: its document does not change.
  }, [detail.caseNo, detail.sale]);
  return (
    <figure>
      <div ref={ref} className="ring-map" role="img" aria-label={words.ringMap} hidden={failed} />
      <figcaption className="small">{failed ? words.noMap : words.mapCaption}</figcaption>
    </figure>
  );
}
