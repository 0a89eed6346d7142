/* The orders of a case, with the reviewer's exceptions and the unmasking of one order. */

import { useState } from "react";
import type { reviewRoutes } from "../../../src/api/caseRoutes.ts";
import { must } from "../../../src/base/assert.ts";
import { caseCan } from "../../../src/cases/review/review.ts";
import { post, useAct, type Answer } from "../ui/api.ts";
import { useMay } from "../ui/me.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Card } from "../ui/page.tsx";
import { Problem } from "../ui/problem.tsx";
import { VirtualGrid, type Cell } from "./virtualGrid.tsx";
import { moment, named, number, speak } from "../ui/say.ts";
import { CASES_WORDS } from "./words.ts";
import type { CaseDetail } from "./caseDetail.ts";

const words = speak(CASES_WORDS);

type CaseOrder = CaseDetail["orders"][number];

/** Orders to release although the case is cancelled, and accounts that were selected. */
export interface Choice {
  readonly stand: ReadonlySet<string>;
  readonly accounts: ReadonlySet<string>;
}

interface Chosen {
  readonly detail: CaseDetail;
  readonly choice: Choice;
  readonly setChoice: (choice: Choice) => void;
}

/** Height of a row in px; the grid needs it to place rows without drawing them. */
const ROW_PX = 44;

/** The set with the value added, or removed if it was in. */
function toggled(set: ReadonlySet<string>, value: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(value)) next.add(value);
  return next;
}

/** Shows one order's personal details, for a stated purpose. The server logs who looked and why. */
function Unmask(props: {
  readonly detail: CaseDetail;
  readonly order: CaseOrder;
  readonly onClose: () => void;
}) {
  const { detail, order, onClose } = props;
  const act = useAct();
  const [purpose, setPurpose] = useState("");
  const [facts, setFacts] = useState<Readonly<Record<string, string>> | null>(null);
  const look = async () => {
    const path = `/v1/operator/sales/${detail.sale}/cases/${detail.caseNo}/unmasked`;
    const body = { orderId: order.orderId, purpose };
    setFacts((await post<Answer<typeof reviewRoutes.unmaskOrder>>(path, body)).facts);
  };
  return (
    <Dialog title={`${words.unmask} ${order.account}`} onClose={onClose}>
      {facts ? (
        <dl className="facts">
          {Object.entries(facts).map(([name, value]) => (
            <div key={name}>
              <dt>{named(words.attributes, name)}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void act.run(look);
          }}
        >
          <p className="small">{words.unmaskLead}</p>
          <TextField
            label={words.unmaskWhy}
            value={purpose}
            onChange={setPurpose}
            minLength={5}
            required
          />
          <Problem of={act.problem} />
          <div className="row">
            <Button submit act={act}>
              {words.unmask}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

/** The cells of one order; the check boxes belong to the reviewer's choice. */
function orderCells(
  { detail, choice, setChoice }: Chosen,
  order: CaseOrder,
  unmask: (() => void) | null,
): Cell[] {
  const { account, orderId } = order;
  const pick = (
    <label className="tick">
      <input
        type="checkbox"
        checked={choice.accounts.has(account)}
        onChange={() => setChoice({ ...choice, accounts: toggled(choice.accounts, account) })}
      />
      {account}
    </label>
  );
  const stand = order.letStand ? (
    words.letStand
  ) : caseCan.stillBeDecided(detail) ? (
    <input
      type="checkbox"
      aria-label={`${words.stands} ${account}`}
      checked={choice.stand.has(orderId)}
      onChange={() => setChoice({ ...choice, stand: toggled(choice.stand, orderId) })}
    />
  ) : (
    [
      order.standing && words.standing[order.standing],
      order.verdict && words.verdicts[order.verdict],
    ]
      .filter(Boolean)
      .join(" · ")
  );
  const look = unmask && (
    <Button small kind="quiet" onClick={unmask}>
      {words.unmask}
    </Button>
  );
  return [
    { name: "account", content: pick },
    { name: "channel", content: order.channel },
    { name: "sku", content: order.sku },
    { name: "paid", content: order.paymentMethod },
    { name: "placed", content: moment(order.placedAt) },
    { name: "bits", content: number(order.bits) },
    { name: "asked", content: order.answeredBy && words.answeredBy[order.answeredBy] },
    { name: "stand", content: stand },
    { name: "look", content: look },
  ];
}

const HEADS = [
  words.account,
  words.channel,
  "SKU",
  words.paid,
  words.placed,
  words.bits,
  words.asked,
  words.stands,
  words.unmask,
];

/** The orders; only the visible rows are drawn. */
export function CaseOrders(props: Chosen) {
  const { detail, choice } = props;
  const act = useAct();
  const [shown, setShown] = useState<CaseOrder | null>(null);
  const may = useMay("case.decide");
  const mayLook = useMay("case.unmask");
  const declare = (as: "family" | "office") =>
    void act.run(() =>
      post(`/v1/operator/sales/${detail.sale}/cases/${detail.caseNo}/family`, {
        accounts: [...choice.accounts],
        as,
      }),
    );
  return (
    <Card title={words.list}>
      <VirtualGrid
        {...{ label: words.list, kind: "orders", heads: HEADS, rowPx: ROW_PX }}
        count={detail.orders.length}
        cells={(index) => {
          const order = must(detail.orders[index], "an order for each row");
          return orderCells(props, order, mayLook ? () => setShown(order) : null);
        }}
      />
      {may && (
        <div className="row">
          {(["family", "office"] as const).map((as) => (
            <Button
              key={as}
              kind="quiet"
              act={act}
              disabled={choice.accounts.size < 2}
              onClick={() => declare(as)}
            >
              {words.declare[as]}
            </Button>
          ))}
          <span className="small">{words.familyHelp}</span>
        </div>
      )}
      <Problem of={act.problem} />
      {shown && <Unmask detail={detail} order={shown} onClose={() => setShown(null)} />}
    </Card>
  );
}
