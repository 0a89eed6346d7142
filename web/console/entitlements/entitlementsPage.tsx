/* Units that are owed: what is owed, and the lists of people who are to be owed one for a failure of ours. */

import { useState } from "react";
import type { creditRoutes, remedyRoutes } from "../../../src/api/remedyRoutes.ts";
import type { operatorRoutes } from "../../../src/api/operatorRoutes.ts";
import { must } from "../../../src/base/assert.ts";
import { fill } from "../../../src/base/language.ts";
import { post, useAct, useRead, type Answer } from "../ui/api.ts";
import { useMay } from "../ui/me.ts";
import { Button } from "../ui/button.tsx";
import { SelectField, TextField } from "../ui/fields.tsx";
import { Card, Empty, Kpis, Page, Pill } from "../ui/page.tsx";
import { Problem, Waiting } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { saleOptions } from "../sales/salesPage.tsx";
import { said } from "../../ui/said.client.ts";
import { moment, money, number, speak } from "../ui/say.ts";
import { ENTITLEMENTS_WORDS } from "./words.ts";

const words = speak(ENTITLEMENTS_WORDS);

type Entitlement = Answer<typeof remedyRoutes.listEntitlements>["entitlements"][number];

type OperatorSale = Answer<typeof operatorRoutes.listOperatorSales>["sales"][number];

const STATES = ["standing", "reserved", "served", "expired", "waived"] as const;

type CreditList = Answer<typeof creditRoutes.listCreditLists>["lists"][number];

const peopleOf = (person: CreditList["createdBy"]) =>
  [person.name, ...person.invitedBy].join(" ← ");

/** One list, with the buttons of the second person. */
function OneList({ slug, list }: { slug: string; list: CreditList }) {
  const act = useAct();
  const approve = useMay("batch.approve");
  const path = `/v1/operator/sales/${slug}/credit-lists/${list.listId}`;
  const end = async (verb: "approval" | "rejection") => {
    const content = verb === "approval" ? { digest: list.digest } : undefined;
    await act.run(() => post(`${path}/${verb}`, content));
  };
  const units = Object.entries(list.units).map(([name, count]) => `${number(count)} × ${name}`);
  return (
    <li>
      <p>
        <Pill tone={list.state === "waiting" ? "warm" : "quiet"}>
          {words.credit.states[list.state]}
        </Pill>{" "}
        {words.credit.sources[list.source]} · {units.join(", ")} · {said(list.reason)}
      </p>
      <p className="small">
        {words.credit.madeBy} {peopleOf(list.createdBy)}
        {list.endedBy && ` · ${words.credit.endedBy} ${peopleOf(list.endedBy)}`}
      </p>
      {list.state === "waiting" && approve && (
        <div className="row">
          <Button act={act} onClick={() => void end("approval")}>
            {words.credit.approve}
          </Button>
          <Button act={act} onClick={() => void end("rejection")}>
            {words.credit.reject}
          </Button>
        </div>
      )}
      <Problem of={act.problem} />
    </li>
  );
}

/** The turns of pasted lines: a ticket each, and another SKU after a space. */
function turnsOf(lines: string, sku: string): { ticket: string; sku: string }[] {
  return lines
    .split("\n")
    .map((line) => line.trim().split(/[\s,;]+/))
    .flatMap(([ticket = "", own = sku]) => (ticket === "" ? [] : [{ ticket, sku: own }]));
}

/** The form for a list: from the server's record, or from tickets. */
function NewList({ sale }: { sale: OperatorSale }) {
  const act = useAct();
  const [tickets, setTickets] = useState("");
  const [id, setId] = useState("");
  const [en, setEn] = useState("");
  const [sku, setSku] = useState("");
  const chosen = sku || must(sale.variants[0], "a sale has a variant").sku;
  const propose = async () => {
    const turns = turnsOf(tickets, chosen);
    const content = { reason: { id, en }, ...(turns.length === 0 ? {} : { turns }) };
    const done = await act.run(() => post(`/v1/operator/sales/${sale.slug}/credit-lists`, content));
    if (done) setTickets("");
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void propose();
      }}
    >
      <TextField
        label={words.credit.tickets}
        help={words.credit.ticketsHelp}
        value={tickets}
        onChange={setTickets}
        rows={4}
        mono
      />
      {tickets.trim() !== "" && (
        <SelectField
          label="SKU"
          value={chosen}
          options={sale.variants.map((one) => [one.sku, said(one.name)])}
          onChange={setSku}
        />
      )}
      <TextField label={words.credit.reasonId} value={id} onChange={setId} required />
      <TextField label={words.credit.reasonEn} value={en} onChange={setEn} required />
      <Problem of={act.problem} />
      <div className="row">
        <Button submit act={act}>
          {words.credit.propose}
        </Button>
      </div>
    </form>
  );
}

/** Failures of ours in a sale, and the lists of people who are to be owed a unit for them. */
function Credits() {
  const sales = useRead<typeof operatorRoutes.listOperatorSales>("/v1/operator/sales").data?.sales;
  const [slug, setSlug] = useState("");
  const sale = sales?.find((one) => one.slug === slug) ?? sales?.[0];
  return sale ? (
    <CreditsOf key={sale.slug} sales={sales ?? []} sale={sale} choose={setSlug} />
  ) : null;
}

function CreditsOf({
  sales,
  sale,
  choose,
}: {
  sales: readonly OperatorSale[];
  sale: OperatorSale;
  choose: (slug: string) => void;
}) {
  const base = `/v1/operator/sales/${sale.slug}`;
  const failures = useRead<typeof creditRoutes.countFailures>(`${base}/failures`).data;
  const lists = useRead<typeof creditRoutes.listCreditLists>(`${base}/credit-lists`);
  const remedy = useMay("remedy.manage");
  return (
    <Card title={words.credit.title}>
      <p className="small">{words.credit.lead}</p>
      <SelectField
        label={words.sale}
        value={sale.slug}
        options={saleOptions(sales)}
        onChange={choose}
      />
      {failures && (
        <p>
          {fill(words.credit.recorded, {
            all: number(failures.recorded),
            lost: number(failures.lost),
          })}
        </p>
      )}
      <ul>
        {(lists.data?.lists ?? []).map((list) => (
          <OneList key={list.listId} slug={sale.slug} list={list} />
        ))}
      </ul>
      {remedy && <NewList sale={sale} />}
    </Card>
  );
}

/** The list, longest owed first. */
export function EntitlementsPage() {
  const { data, error } = useRead<typeof remedyRoutes.listEntitlements>(
    "/v1/operator/entitlements",
    5_000,
  );
  const list = data?.entitlements ?? [];
  const count = (state: Entitlement["state"]) => list.filter((one) => one.state === state).length;
  return (
    <Page title={words.entitlements} lead={words.entitlementsLead}>
      <Waiting of={{ data, error }} />
      {data && (
        <Kpis list={STATES.map((state) => [words.entitlementState[state], number(count(state))])} />
      )}
      {data && list.length === 0 && <Empty>{words.noEntitlements}</Empty>}
      {list.length > 0 && (
        <Table
          label={words.entitlements}
          heads={[
            "SKU",
            words.family,
            words.stateLabel,
            words.price,
            words.granted,
            words.until,
            words.why,
          ]}
          rows={list.slice(0, 500).map((one) => [
            one.sku,
            one.family,
            <Pill key="state" tone={one.state === "standing" ? "warm" : "quiet"}>
              {words.entitlementState[one.state]}
            </Pill>,
            money(one.priceMinorUnits, one.currency),
            moment(one.grantedAt),
            moment(one.expiresAt),
            one.reason ? said(one.reason) : words.afterDecision,
          ])}
        />
      )}
      <Credits />
    </Page>
  );
}
