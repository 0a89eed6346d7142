/* Compares a draft policy with the published one on the orders of a past sale. */

import { useState } from "react";
import type { integrityRoutes } from "../../../src/api/planRoutes.ts";
import type { operatorRoutes } from "../../../src/api/operatorRoutes.ts";
import { post, useAct, useRead, type Answer } from "../ui/api.ts";
import { Button } from "../ui/button.tsx";
import { SelectField } from "../ui/fields.tsx";
import { Problem } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { saleOptions } from "../sales/salesPage.tsx";
import { said } from "../../ui/said.client.ts";
import { fill, money, named, number, speak } from "../ui/say.ts";
import { POLICIES_WORDS } from "./words.ts";

const words = speak(POLICIES_WORDS);

type Result = Answer<typeof integrityRoutes.backtestPolicies>;
type Outcome = Result["a"];

/** Both policies side by side, and a sample of the orders they treat differently. */
function Compared({ result, currency }: { readonly result: Result; readonly currency: string }) {
  const lines: readonly (readonly [string, (outcome: Outcome) => string])[] = [
    [words.queue, (one) => number(one.cases)],
    [words.backtest.held, (one) => number(one.held)],
    [words.backtest.single, (one) => number(one.heldSingleOrders)],
    [words.backtest.asked, (one) => number(one.askedToConfirm)],
    [
      words.backtest.wrong,
      ({ genuineAmongHeld: { low, high } }) => fill(words.backtest.between, { low, high }),
    ],
    [
      words.money,
      (one) => (one.heldMinorUnits === null ? "–" : money(one.heldMinorUnits, currency)),
    ],
  ];
  return (
    <>
      <Table
        label={words.backtest.title}
        heads={[words.backtest.title, words.backtest.a, words.backtest.b]}
        rows={lines.map(([name, show]) => [name, show(result.a), show(result.b)])}
      />
      <p className="small">{words.backtest.wrongHelp}</p>
      <p className="note">
        {fill(words.backtest.differ, { n: result.differing, all: result.orders })}
      </p>
      {result.sample.length > 0 && (
        <Table
          label={words.backtest.sample}
          heads={[words.order, words.backtest.a, words.backtest.b, words.why]}
          rows={result.sample.map((one) => [
            <span className="mono" key="order">
              {one.orderId.slice(0, 8)}
            </span>,
            named(words.outcomes, one.from),
            named(words.outcomes, one.to),
            one.reasons[0] ? said(one.reasons[0]) : "",
          ])}
        />
      )}
    </>
  );
}

/** The comparison. */
export function Backtest(props: {
  readonly a: Record<string, unknown>;
  readonly b: Record<string, unknown>;
}) {
  const act = useAct();
  const { data } = useRead<typeof operatorRoutes.listOperatorSales>("/v1/operator/sales");
  const sales = (data?.sales ?? []).filter((one) => one.state !== "draft");
  const [slug, setSlug] = useState("");
  const [result, setResult] = useState<Result | null>(null);
  const sale = sales.find((one) => one.slug === slug) ?? sales[0];
  if (!sale) return null;
  const run = () =>
    void act.run(async () => {
      const path = `/v1/operator/sales/${sale.slug}/backtest`;
      setResult(await post<Result>(path, { a: props.a, b: props.b }));
    });
  return (
    <>
      <h3>{words.backtest.title}</h3>
      <p className="small">{words.backtest.lead}</p>
      <div className="filters">
        <SelectField
          label={words.sale}
          value={sale.slug}
          options={saleOptions(sales)}
          onChange={setSlug}
        />
        <Button kind="quiet" act={act} onClick={run}>
          {act.busy ? words.backtest.running : words.backtest.run}
        </Button>
      </div>
      <Problem of={act.problem} />
      {result && <Compared result={result} currency={sale.currency} />}
    </>
  );
}
