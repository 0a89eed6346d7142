/* All sales, with their states. */

import { Link } from "wouter";
import type { operatorRoutes } from "../../../src/api/operatorRoutes.ts";
import { must } from "../../../src/base/assert.ts";
import { useRead, type Answer } from "../ui/api.ts";
import { useMay } from "../ui/me.ts";
import { Card, Empty, Page, Pill } from "../ui/page.tsx";
import { Waiting } from "../ui/problem.tsx";
import { said } from "../../ui/said.client.ts";
import { momentIn, number, speak } from "../ui/say.ts";
import { SALES_WORDS } from "./words.ts";

const words = speak(SALES_WORDS);

export type Sale = Answer<typeof operatorRoutes.listOperatorSales>["sales"][number];

const saleTone = { draft: "quiet", live: "plain", paused: "warm", closed: "quiet" } as const;

/** Units of all rounds. */
export const unitsOf = (sale: Sale) =>
  sale.rounds.flatMap((round) => round.stock).reduce((sum, line) => sum + line.units, 0);

/** Titles may repeat; the slug tells sales apart. */
export const saleOptions = (sales: readonly Sale[]) =>
  sales.map(({ slug, title }) => [slug, `${said(title)} · ${slug}`] as const);

/** The state, and whether all rounds are over. */
export function SaleState({ sale }: { readonly sale: Sale }) {
  const over = sale.rounds.every((round) => Date.parse(round.closesAt) < Date.now());
  if (sale.state === "live" && over) return <Pill tone="quiet">{words.phases.over}</Pill>;
  return <Pill tone={saleTone[sale.state]}>{words.states[sale.state]}</Pill>;
}

/** One sale with its links. */
function SaleCard({ sale }: { readonly sale: Sale }) {
  const manage = useMay("sale.manage");
  const round = must(sale.rounds[0], "a sale has a round");
  return (
    <Card
      title={<Link href={`/sales/${sale.slug}`}>{said(sale.title)}</Link>}
      aside={<SaleState sale={sale} />}
    >
      <p className="small">
        <span className="mono">{sale.slug}</span> · {number(unitsOf(sale))} {words.units} ·{" "}
        {sale.channels.map((one) => one.name).join(", ")} · {momentIn(round.opensAt, sale.timeZone)}
      </p>
      <p className="links">
        <Link href={`/sales/${sale.slug}`}>{words.live}</Link>
        <Link href={`/sales/${sale.slug}/rehearsal`}>{words.rehearsal}</Link>
        <Link href={`/sales/${sale.slug}/error`}>{words.ownError}</Link>
        {manage && <Link href={`/sales/${sale.slug}/clone`}>{words.clone}</Link>}
        <a href={`/s/${sale.slug}`}>{words.public}</a>
      </p>
    </Card>
  );
}

export function SalesPage() {
  const { data, error } = useRead<typeof operatorRoutes.listOperatorSales>(
    "/v1/operator/sales",
    5_000,
  );
  const manage = useMay("sale.manage");
  return (
    <Page
      title={words.sales}
      actions={
        manage && (
          <Link href="/sales/new" className="button">
            {words.newSale}
          </Link>
        )
      }
    >
      <Waiting of={{ data, error }} />
      {data?.sales.length === 0 && <Empty>{words.none}</Empty>}
      <div className="stack">
        {data?.sales.map((sale) => (
          <SaleCard key={sale.slug} sale={sale} />
        ))}
      </div>
    </Page>
  );
}
