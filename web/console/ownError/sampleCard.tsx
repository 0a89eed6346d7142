/* The error sample: orders drawn by lot, judged by their facts alone. */

import { useEffect, useState } from "react";
import type { remedyRoutes } from "../../../src/api/remedyRoutes.ts";
import { post, useAct, useRead, type Act, type Answer } from "../ui/api.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { NumberField } from "../ui/fields.tsx";
import { useMay } from "../ui/me.ts";
import { Card } from "../ui/page.tsx";
import { Problem } from "../ui/problem.tsx";
import { said } from "../../ui/said.client.ts";
import { fill, named, number, speak } from "../ui/say.ts";
import { Table } from "../ui/table.tsx";
import { OWN_ERROR_WORDS } from "./words.ts";

const words = speak(OWN_ERROR_WORDS);

type Sampled = Answer<typeof remedyRoutes.lookAtErrorSample>;
type Found = NonNullable<Sampled["found"]>;
type First = NonNullable<Sampled["first"]>;
type Fact = keyof typeof OWN_ERROR_WORDS.fact;

const FACTS = Object.keys(OWN_ERROR_WORDS.fact) as Fact[];

function factText(name: Fact, value: string | number | null): string {
  if (value === null) return words.notGiven;
  if (name === "paymentMethod") return named(words.methods, String(value));
  if (typeof value === "string") return value;
  return name === "roundNo" ? number(value) : fill(words.seconds, { n: value });
}

/** The facts of the order, and what it shares with which others. */
function Facts({ sampled }: { readonly sampled: Sampled }) {
  const { facts, shared, others } = sampled;
  const contact = (one: Sampled["others"][number]) =>
    [one.name, one.phone, one.email].filter((text) => text !== null).join(" · ");
  return (
    <>
      <h3>{words.facts}</h3>
      <dl className="facts">
        {FACTS.map((name) => (
          <div key={name}>
            <dt>{words.fact[name]}</dt>
            <dd>{factText(name, facts[name])}</dd>
          </div>
        ))}
      </dl>
      <h3>{words.shared}</h3>
      {shared.length === 0 && <p>{words.sharedNone}</p>}
      {shared.length > 0 && (
        <>
          <Table
            label={words.shared}
            heads={[words.shared, words.sharedCount, words.sharedWith]}
            rows={shared.map((one) => [
              words.sharedWhat[one.what],
              number(one.orderCount),
              one.with.join(", "),
            ])}
          />
          <h3>{words.others}</h3>
          <Table
            label={words.others}
            heads={[
              "#",
              words.fact.afterOpeningSeconds,
              words.fact.channel,
              words.whoElse,
              words.fact.address,
              words.fact.region,
            ]}
            rows={others.map((one) => [
              String(one.no),
              fill(words.seconds, { n: one.afterOpeningSeconds }),
              `${one.channel} · ${one.sku}`,
              contact(one),
              one.address ?? words.notGiven,
              one.region ?? words.notGiven,
            ])}
          />
        </>
      )}
    </>
  );
}

/** The program's verdict; shown after the answer only. */
function FirstVerdict({ first }: { readonly first: First }) {
  const facts: readonly (readonly [string, string])[] = [
    [words.order, first.orderId.slice(0, 8)],
    [words.decided, first.decision === null ? "–" : named(words.decisionStates, first.decision)],
    [words.asked, first.answeredBy ?? "–"],
    [words.refund, first.refundDue ? words.yes : words.no],
    [words.bits, first.bits === null ? "–" : number(first.bits)],
  ];
  const { acceptedAs } = first;
  return (
    <>
      <h3>{words.first}</h3>
      <p className="note">
        {words.firstStratum[first.stratum]}
        {acceptedAs !== null && `: ${words.doubts[acceptedAs]}`}
        {first.caseNo !== null && ` · ${fill(words.case, { n: first.caseNo })}`}
      </p>
      <dl className="facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {first.reasons.length > 0 && (
        <ul>
          {first.reasons.map((reason) => (
            <li key={reason.code}>{said(reason)}</li>
          ))}
        </ul>
      )}
    </>
  );
}

/** The two answers, in two steps: the first finding stays. */
function Judging(props: { readonly act: Act; readonly onFound: (found: Found) => void }) {
  const { act, onFound } = props;
  const [found, setFound] = useState<Found | null>(null);
  if (found === null) {
    return (
      <>
        <h3>{words.judge}</h3>
        <div className="row">
          {(["genuine", "not_genuine"] as const).map((one) => (
            <Button key={one} kind="quiet" onClick={() => setFound(one)}>
              {words.judgeAs[one]}
            </Button>
          ))}
        </div>
      </>
    );
  }
  return (
    <>
      <p className="note warm">{fill(words.sure, { found: words.judgeAs[found] })}</p>
      <div className="row">
        <Button act={act} onClick={() => onFound(found)}>
          {words.store}
        </Button>
        <Button kind="quiet" onClick={() => setFound(null)}>
          {words.back}
        </Button>
      </div>
    </>
  );
}

/** One order: its facts, then the answer, then the program's verdict. */
function Look(props: {
  readonly path: string;
  readonly title: string;
  readonly onClose: () => void;
}) {
  const { path, title, onClose } = props;
  const act = useAct();
  const [sampled, setSampled] = useState<Sampled | null>(null);
  const look = async () => setSampled(await post<Sampled>(`${path}/look`));
  useEffect(() => {
    void act.run(look);
    // Once for each order that is opened: each look is logged.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [path]);
  const store = (found: Found) =>
    void act.run(async () => {
      await post(path, { found });
      await look();
    });
  return (
    <Dialog title={title} onClose={onClose}>
      <p className="small">{words.blind}</p>
      <Problem of={act.problem} />
      {sampled && (
        <>
          <Facts sampled={sampled} />
          {sampled.found === null ? (
            <Judging act={act} onFound={store} />
          ) : (
            <p className="note">
              {words.error.found}: {words.error.verdicts[sampled.found]}
            </p>
          )}
          {sampled.first && <FirstVerdict first={sampled.first} />}
        </>
      )}
    </Dialog>
  );
}

/** Draws orders of both kinds. */
function Draw({ path, act }: { readonly path: string; readonly act: Act }) {
  const [refused, setRefused] = useState(20);
  const [accepted, setAccepted] = useState(20);
  return (
    <>
      <p className="small">{words.bothKinds}</p>
      <div className="filters">
        <NumberField label={words.error.refused} value={refused} onChange={setRefused} />
        <NumberField label={words.error.accepted} value={accepted} onChange={setAccepted} />
        <Button
          act={act}
          kind="quiet"
          onClick={() => void act.run(() => post(path, { refused, accepted }))}
        >
          {words.error.draw}
        </Button>
      </div>
    </>
  );
}

/** The drawn orders in one mixed list, judged again by their facts. */
export function Sample({ slug }: { readonly slug: string }) {
  const path = `/v1/operator/sales/${slug}/error-sample`;
  const { data } = useRead<typeof remedyRoutes.listErrorSample>(path);
  const act = useAct();
  const draw = useMay("report.publish");
  const judge = useMay("case.decide");
  const [open, setOpen] = useState<{ id: string; title: string } | null>(null);
  const orders = data?.orders ?? [];
  return (
    <Card title={words.error.sample}>
      <p className="small">{words.blind}</p>
      {draw && <Draw path={path} act={act} />}
      <Problem of={act.problem} />
      {orders.length > 0 && (
        <Table
          label={words.error.sample}
          heads={[words.order, words.error.found, words.actions]}
          rows={orders.slice(0, 200).map((one, index) => {
            const title = fill(words.drawn, { n: index + 1 });
            return [
              title,
              one.found === null ? "–" : named(words.error.verdicts, one.found),
              judge && (
                <Button
                  key="look"
                  small
                  kind="quiet"
                  onClick={() => setOpen({ id: one.sampleId, title })}
                >
                  {one.found === null ? words.look : words.lookAgain}
                </Button>
              ),
            ];
          })}
        />
      )}
      {open && (
        <Look path={`${path}/${open.id}`} title={open.title} onClose={() => setOpen(null)} />
      )}
    </Card>
  );
}
