/* Sent and waiting messages, and the capacity of each way out. */

import type { peopleRoutes } from "../../../src/api/staffRoutes.ts";
import type { operatorRoutes } from "../../../src/api/operatorRoutes.ts";
import { post, useAct, useRead, type Answer } from "../ui/api.ts";
import { useMay } from "../ui/me.ts";
import { Button } from "../ui/button.tsx";
import { Card, Empty, Pill } from "../ui/page.tsx";
import { Problem } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { fill, moment, named, number, speak } from "../ui/say.ts";
import { KEYS_WORDS } from "./words.ts";

const words = speak(KEYS_WORDS);

type WaysAnswer = Answer<typeof peopleRoutes.showWays>;
type Way = WaysAnswer["ways"][number];

function wayName(way: string): string {
  const [kind = "", ...rest] = way.split(" ");
  return [named(words.wayNames, kind), ...rest].join(" ");
}

/** The measured capacity of a way in words, or its connections as long as nothing was measured. */
function carries({ connections, aboutPerSecond }: Way): string {
  if (aboutPerSecond === null) return fill(words.notMeasured, { connections });
  return fill(words.carries, { connections, rate: aboutPerSecond });
}

const WAY_TONES = { closed: "plain", open: "bad", half_open: "warm" } as const;

/** Each way's measured capacity, and the messages waiting for it. */
function Ways() {
  const { data, error } = useRead<typeof peopleRoutes.showWays>("/v1/operator/ways", 5_000);
  return (
    <Card title={words.ways}>
      <p className="small">{words.waysLead}</p>
      <Problem of={error} />
      {data?.ways.length === 0 && <Empty>{words.noWays}</Empty>}
      {data && data.ways.length > 0 && (
        <Table
          label={words.ways}
          heads={[
            words.way,
            words.stateLabel,
            words.sentInMinute,
            words.onTheWay,
            words.canCarry,
            words.answered,
          ]}
          rows={data.ways.map((way) => [
            wayName(way.way),
            <Pill key="state" tone={WAY_TONES[way.state]}>
              {words.wayStates[way.state]}
            </Pill>,
            number(way.sentInMinute),
            number(way.inFlight),
            carries(way),
            way.lastFault ?? "",
          ])}
        />
      )}
      {data && <Waiting waiting={data.waiting} />}
    </Card>
  );
}

/** Waiting messages by kind, with the oldest. */
function Waiting({ waiting }: Pick<WaysAnswer, "waiting">) {
  if (waiting.length === 0) return <p className="small">{words.nothingWaits}</p>;
  return (
    <Table
      label={words.waiting}
      heads={[words.waiting, words.count, words.tried, words.oldestSince]}
      rows={waiting.map((one) => [
        named(words.messageKinds, one.kind),
        number(one.count),
        number(one.triedCount),
        moment(one.oldestAt),
      ])}
    />
  );
}

type Sent = Answer<typeof peopleRoutes.listWebhooks>["sent"][number];

/** Failed deliveries, which only a person sends again. */
const mayGoAgain = ({ state }: Sent) =>
  state === "refused" || state === "bounced" || state === "unclear";

/** Calls and messages with their state; refused ones have a button. */
function Webhooks() {
  const { data, error } = useRead<typeof peopleRoutes.listWebhooks>("/v1/operator/webhooks", 5_000);
  const act = useAct();
  const may = useMay("remedy.manage");
  const again = (one: Sent) => {
    const order = { sale: one.sale, orderId: one.orderId };
    void act.run(() =>
      one.messageId === null
        ? post("/v1/operator/webhooks/resend", order)
        : post("/v1/operator/messages/resend", { messageId: one.messageId }),
    );
  };
  return (
    <Card title={words.webhooks}>
      <p className="small">{words.webhooksLead}</p>
      <Problem of={error ?? act.problem} />
      {data?.sent.length === 0 && <Empty>{words.nothingSent}</Empty>}
      {data && data.sent.length > 0 && (
        <Table
          label={words.webhooks}
          heads={[
            words.to,
            words.what,
            words.order,
            words.stateLabel,
            words.attempts,
            words.answered,
            words.actions,
          ]}
          rows={data.sent.slice(0, 300).map((one) => [
            `${words.sentKinds[one.kind]} ${one.to}`,
            named(words.messageKinds, one.what),
            one.orderId?.slice(0, 8) ?? "",
            <Pill key="state" tone={mayGoAgain(one) || one.state === "expired" ? "bad" : "quiet"}>
              {words.sentStates[one.state]}
            </Pill>,
            number(one.attempts),
            one.answer ?? "",
            may && mayGoAgain(one) && (
              <Button key="again" small kind="quiet" act={act} onClick={() => again(one)}>
                {words.resend}
              </Button>
            ),
          ])}
        />
      )}
    </Card>
  );
}

/**
 * Messages to buyers with their outcome. Codes and links are not shown; they are the buyers' own.
 */
function Outbox() {
  const { data } = useRead<typeof operatorRoutes.listOutbox>("/v1/operator/outbox?limit=20", 3_000);
  if (!data || data.messages.length === 0) return null;
  return (
    <Card title={words.outbox}>
      <p className="small">{words.outboxLead}</p>
      <ul className="plain">
        {data.messages.map((message) => (
          <li key={message.messageId}>
            <span className="small">
              {message.to} · {words.outboxStates[message.state]}
            </span>{" "}
            {message.text}
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** The whole part. */
export function Deliveries() {
  const outbox = useMay("outbox.read");
  return (
    <>
      <Ways />
      <Webhooks />
      {outbox && <Outbox />}
    </>
  );
}
