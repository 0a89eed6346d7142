/* Reports of payments that fit no order, and a button for the ones that were dealt with. */

import type { paymentRoutes } from "../../../src/api/paymentRoutes.ts";
import { post, useAct, useRead, type Answer } from "../ui/api.ts";
import { Button } from "../ui/button.tsx";
import { useMay } from "../ui/me.ts";
import { Card, Empty, Pill } from "../ui/page.tsx";
import { Problem } from "../ui/problem.tsx";
import { fill, moment, money, speak } from "../ui/say.ts";
import { Table } from "../ui/table.tsx";
import { KEYS_WORDS } from "./words.ts";

const words = speak(KEYS_WORDS);

type Misfit = Answer<typeof paymentRoutes.listMisfits>["misfits"][number];

const PATH = "/v1/operator/payments/misfits";

/** Whether somebody has to do something: other money takes its way by itself. */
const needsPerson = ({ money: place, settledAt }: Misfit) =>
  settledAt === null && (place === "nobodys" || place === "unknown");

const orderOf = ({ sale, orderId }: Misfit) =>
  orderId === null ? "–" : `${sale ?? ""} ${orderId.slice(0, 8)}`;

/** The list. */
export function Misfits() {
  const { data, error } = useRead<typeof paymentRoutes.listMisfits>(PATH, 10_000);
  const act = useAct();
  const may = useMay("remedy.manage");
  const settle = ({ misfitNo }: Misfit) => void act.run(() => post(`${PATH}/${misfitNo}/close`));
  return (
    <Card title={words.misfits}>
      <p className="small">{words.misfitsLead}</p>
      <Problem of={error ?? act.problem} />
      {data?.misfits.length === 0 && <Empty>{words.noMisfits}</Empty>}
      {data && data.misfits.length > 0 && (
        <Table
          label={words.misfits}
          heads={[
            words.when,
            words.misfitPayment,
            words.misfitAmount,
            words.misfitWhyLabel,
            words.order,
            words.misfitMoneyLabel,
            words.actions,
          ]}
          rows={data.misfits.map((one) => [
            moment(one.reportedAt),
            one.paymentId,
            money(one.amountMinorUnits, one.currency),
            words.misfitWhy[one.why],
            orderOf(one),
            <Pill key="money" tone={needsPerson(one) ? "bad" : "quiet"}>
              {words.misfitMoney[one.money]}
            </Pill>,
            one.settledBy !== null
              ? fill(words.misfitSettled, { name: one.settledBy })
              : may && (
                  <Button key="settle" small kind="quiet" act={act} onClick={() => settle(one)}>
                    {words.misfitSettle}
                  </Button>
                ),
          ])}
        />
      )}
    </Card>
  );
}
