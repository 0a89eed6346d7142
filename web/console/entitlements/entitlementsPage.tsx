/* Units that are owed: the list, and the form for owing one. */

import { useState } from "react";
import type { remedyRoutes } from "../../../src/api/remedyRoutes.ts";
import type { operatorRoutes } from "../../../src/api/operatorRoutes.ts";
import { must } from "../../../src/base/assert.ts";
import { post, useAct, useRead, type Answer } from "../ui/api.ts";
import { useMay } from "../ui/me.ts";
import { Button } from "../ui/button.tsx";
import { SelectField, TextField } from "../ui/fields.tsx";
import { Card, Empty, Kpis, Page, Pill } from "../ui/page.tsx";
import { Problem, Waiting } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { saleOptions } from "../sales/salesPage.tsx";
import { moment, money, number, said, speak } from "../ui/say.ts";
import { ENTITLEMENTS_WORDS } from "./words.ts";

const words = speak(ENTITLEMENTS_WORDS);

type Entitlement = Answer<typeof remedyRoutes.listEntitlements>["entitlements"][number];

const STATES = ["standing", "reserved", "served", "expired", "waived"] as const;

/** Owes a unit for a failure of ours, by the ticket of the failed turn. */
function Credit() {
  const sales = useRead<typeof operatorRoutes.listOperatorSales>("/v1/operator/sales").data?.sales;
  const act = useAct();
  const [ticket, setTicket] = useState("");
  const [id, setId] = useState("");
  const [en, setEn] = useState("");
  const [slug, setSlug] = useState("");
  const [sku, setSku] = useState("");
  const sale = sales?.find((one) => one.slug === slug) ?? sales?.[0];
  if (!sale) return null;
  const chosen = sku || must(sale.variants[0], "a sale has a variant").sku;
  const credit = async () => {
    const body = { ticket, sku: chosen, reason: { id, en } };
    if (await act.run(() => post(`/v1/operator/sales/${sale.slug}/credits`, body))) setTicket("");
  };
  return (
    <Card title={words.credit.title}>
      <p className="small">{words.credit.lead}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void credit();
        }}
      >
        <div className="grid two">
          <SelectField
            label={words.sale}
            value={sale.slug}
            options={saleOptions(sales ?? [])}
            onChange={setSlug}
          />
          <SelectField
            label="SKU"
            value={chosen}
            options={sale.variants.map((one) => [one.sku, said(one.name)])}
            onChange={setSku}
          />
        </div>
        <TextField label={words.credit.ticket} value={ticket} onChange={setTicket} required mono />
        <TextField label={words.credit.reasonId} value={id} onChange={setId} required />
        <TextField label={words.credit.reasonEn} value={en} onChange={setEn} required />
        <Problem of={act.problem} />
        <div className="row">
          <Button submit act={act}>
            {words.credit.give}
          </Button>
        </div>
      </form>
    </Card>
  );
}

/** The list, longest owed first. */
export function EntitlementsPage() {
  const { data, error } = useRead<typeof remedyRoutes.listEntitlements>(
    "/v1/operator/entitlements",
    5_000,
  );
  const remedy = useMay("remedy.manage");
  const list = data?.entitlements ?? [];
  const count = (state: Entitlement["state"]) => list.filter((one) => one.state === state).length;
  return (
    <Page title={words.entitlements} lead={words.entitlementsLead}>
      <Waiting of={{ data, error }} />
      {data && (
        <Kpis list={STATES.map((state) => [words.entitlementState[state], number(count(state))])} />
      )}
      {data && list.length === 0 && <Empty>{words.empty.entitlements}</Empty>}
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
      {remedy && <Credit />}
    </Page>
  );
}
