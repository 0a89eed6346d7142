/* Rehearses a sale's policy on a synthetic crowd. */

import { useState } from "react";
import type { planRoutes } from "../../../src/api/planRoutes.ts";
import type { operatorRoutes } from "../../../src/api/operatorRoutes.ts";
import { post, useAct, useRead, type Answer } from "../ui/api.ts";
import { Button } from "../ui/button.tsx";
import { NumberField } from "../ui/fields.tsx";
import { Card, Empty, Kpis, Page } from "../ui/page.tsx";
import { Problem } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { unitsOf } from "../sales/salesPage.tsx";
import { said } from "../../ui/said.client.ts";
import { fill, named, number, percent, speak } from "../ui/say.ts";
import { REHEARSAL_WORDS } from "./words.ts";

const words = speak(REHEARSAL_WORDS);

type Rehearsed = Answer<typeof planRoutes.rehearse>;

/** Genuine groups first, then rings, each with the share of its orders that would be held. */
function Rehearsal({ result }: { readonly result: Rehearsed }) {
  const innocent = result.groups.filter((group) => !group.kind.startsWith("ring:"));
  const rings = result.groups.filter((group) => group.kind.startsWith("ring:"));
  const sum = (groups: Rehearsed["groups"], name: "orders" | "held") =>
    groups.reduce((total, group) => total + group[name], 0);
  const share = (held: number, orders: number) => (orders === 0 ? "–" : percent(held / orders));
  const row = (group: Rehearsed["groups"][number]) => [
    named(words.crowdKinds, group.kind.replace("ring:", "")),
    number(group.people),
    number(group.joined),
    number(group.orders),
    number(group.held),
    share(group.held, group.orders),
    number(group.askedToConfirm),
  ];
  const heads = [
    words.crowdKind,
    words.crowdPeople,
    words.crowdJoined,
    words.ordersLabel,
    words.crowdHeld,
    words.crowdShare,
    words.crowdAsked,
  ];
  return (
    <>
      <Kpis
        list={[
          [words.crowdOdds, fill(words.oneIn, { n: Math.max(1, result.oneIn) })],
          [words.crowdGenuineHit, share(sum(innocent, "held"), sum(innocent, "orders"))],
          [words.crowdRingsHit, share(sum(rings, "held"), sum(rings, "orders"))],
          [words.queue, number(result.cases)],
        ]}
      />
      <Card title={words.crowdInnocent}>
        <Table label={words.crowdInnocent} heads={heads} rows={innocent.map(row)} />
      </Card>
      <Card title={words.crowdRings}>
        <Table label={words.crowdRings} heads={heads} rows={rings.map(row)} />
      </Card>
    </>
  );
}

/** Shows who would be hit. */
export function RehearsalPage({ slug }: { readonly slug: string }) {
  const act = useAct();
  const sales = useRead<typeof operatorRoutes.listOperatorSales>("/v1/operator/sales");
  const [chosen, setEntrants] = useState<number | null>(null);
  const [ringPercent, setRingPercent] = useState(15);
  const [seed, setSeed] = useState(26);
  const [result, setResult] = useState<Rehearsed | null>(null);
  const sale = sales.data?.sales.find((one) => one.slug === slug);
  // Four entrants per unit: with more, each ring would win too few orders to be seen.
  const enough = sale ? Math.min(20_000, Math.max(1_000, 4 * unitsOf(sale))) : 1_000;
  const entrants = chosen ?? enough;
  const rehearse = () =>
    void act.run(async () => {
      const body = { slug, entrants, ringShare: ringPercent / 100, seed };
      setResult(await post<Rehearsed>("/v1/operator/rehearsals", body));
    });
  return (
    <Page
      title={fill(words.rehearsalTitle, { name: sale ? said(sale.title) : slug })}
      lead={words.rehearsalLead}
    >
      <Card>
        <div className="grid three">
          <NumberField
            label={words.crowdSize}
            least={100}
            value={entrants}
            onChange={setEntrants}
          />
          <NumberField label={words.crowdRingShare} value={ringPercent} onChange={setRingPercent} />
          <NumberField label={words.crowdSeed} value={seed} onChange={setSeed} />
        </div>
        <Problem of={act.problem} />
        <div className="row">
          <Button act={act} onClick={rehearse}>
            {act.busy ? words.crowdRunning : words.crowdRun}
          </Button>
          <span className="small">{words.crowdSynthetic}</span>
        </div>
      </Card>
      {result ? (
        <div className="stack">
          <Rehearsal result={result} />
        </div>
      ) : (
        <Empty>{words.crowdEmpty}</Empty>
      )}
    </Page>
  );
}
