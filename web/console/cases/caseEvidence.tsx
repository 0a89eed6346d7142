/*
 * The evidence of a case: reasons for and against, what would release it, times, and shared
 * identifiers.
 */

import { lazy, Suspense } from "react";
import { Card } from "../ui/page.tsx";
import { Loading } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { said } from "../../ui/said.client.ts";
import { fill, moment, named, number, speak } from "../ui/say.ts";
import { CASES_WORDS } from "./words.ts";
import type { CaseDetail, Said, Findings } from "./caseDetail.ts";

const words = speak(CASES_WORDS);

const RingMap = lazy(async () => ({ default: (await import("./ringMap.tsx")).RingMap }));

/** Reasons as bars, each in relation to the strongest. */
function Reasons({ list }: { readonly list: readonly Said[] }) {
  const most = Math.max(1, ...list.map((one) => one.bits ?? 0));
  return (
    <ul className="evidence">
      {list.map((one) => (
        <li key={one.en}>
          {one.bits !== undefined && (
            <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
              <rect className="back" width="100" height="8" />
              <rect className="sold" width={(100 * one.bits) / most} height="8" />
            </svg>
          )}
          <span>{said(one)}</span>
          {one.bits !== undefined && (
            <span className="small figure">
              {number(one.bits)} {words.bits}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

/**
 * The sum of the reasons. It starts below zero, because rings are rare and evidence has to outweigh
 * that first.
 */
function sumText({ topBits }: CaseDetail, found: Findings): string {
  const sum = found.speaks_for_a_ring.reduce((total, one) => total + (one.bits ?? 0), 0);
  return fill(words.sumOfBits, { sum, rest: topBits - sum, top: topBits });
}

const STRIP = 1_000;

/** Times of the case's orders (dark) against all orders (light). */
function TimeStrip({ detail }: { readonly detail: CaseDetail }) {
  const { from, to, counts } = detail.crowd;
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
  const most = Math.max(1, ...counts);
  const width = STRIP / counts.length;
  const at = (iso: string) =>
    ((Date.parse(iso) - fromMs) / Math.max(1, toMs - fromMs)) * (STRIP - 4);
  return (
    <figure>
      <svg
        className="strip"
        viewBox={`0 0 ${STRIP} 60`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {counts.map((count, slot) => (
          <rect
            key={slot}
            className="crowd"
            x={slot * width}
            width={width - 1}
            y={60 - (60 * count) / most}
            height={(60 * count) / most}
          />
        ))}
        {detail.orders.map((order) => (
          <rect
            key={order.orderId}
            className="own"
            x={at(order.placedAt)}
            y="0"
            width="4"
            height="60"
          />
        ))}
      </svg>
      <figcaption className="small">
        {fill(words.stripCaption, { from: moment(from), to: moment(to) })}
      </figcaption>
    </figure>
  );
}

/** The ring as a picture and the same as a table. */
function Ring({ detail, found }: { readonly detail: CaseDetail; readonly found: Findings }) {
  const shared = found.shared_evidence.toSorted((a, b) => b.orders - a.orders);
  return (
    <Card title={words.shared}>
      <p className="small">{words.sharedHelp}</p>
      <Suspense fallback={<Loading />}>
        <RingMap detail={detail} found={found} />
      </Suspense>
      <Table
        label={words.shared}
        heads={[words.attribute, words.value, words.ordersLabel]}
        rows={shared.slice(0, 24).map((one) => [
          named(words.attributes, one.attribute),
          <span className="mono" key="value">
            {one.value}
          </span>,
          number(one.orders),
        ])}
      />
    </Card>
  );
}

/** Orders that joined the case by weak ties: to be seen beside it, never held or asked by that. */
function AttachedOrders({ found }: { readonly found: Findings }) {
  const attached = found.attached ?? [];
  if (attached.length === 0) return null;
  return (
    <Card title={words.attached}>
      <p className="small">{words.attachedHelp}</p>
      <Table
        label={words.attached}
        heads={[words.orderLabel, words.channelLabel, words.tiesLabel]}
        rows={attached.slice(0, ATTACHED_SHOWN).map((one) => [
          <span className="mono" key="order">
            {one.order_id}
          </span>,
          one.channel,
          said(one.because),
        ])}
      />
      {attached.length > ATTACHED_SHOWN && (
        <p className="small">{fill(words.attachedMore, { n: attached.length - ATTACHED_SHOWN })}</p>
      )}
    </Card>
  );
}
const ATTACHED_SHOWN = 40;

/** All evidence of a case. */
export function Evidence({ detail }: { readonly detail: CaseDetail }) {
  const found = detail.document as unknown as Findings;
  return (
    <>
      <div className="grid two">
        <Card title={words.speaksFor}>
          <Reasons list={found.speaks_for_a_ring} />
          <p className="small">{sumText(detail, found)}</p>
        </Card>
        <Card title={words.speaksAgainst}>
          {found.speaks_against.length > 0 ? (
            <Reasons list={found.speaks_against} />
          ) : (
            <p className="small">{words.nothingAgainst}</p>
          )}
          <h3>{words.release}</h3>
          <p>{said(found.would_release)}</p>
          {found.fields_not_given && found.fields_not_given.length > 0 && (
            <p className="small">
              {fill(words.notGiven, {
                list: found.fields_not_given
                  .map((name) => named(words.attributes, name))
                  .join(", "),
              })}
            </p>
          )}
        </Card>
      </div>
      <Card title={words.times}>
        <TimeStrip detail={detail} />
      </Card>
      {found.shared_evidence.length > 0 && <Ring detail={detail} found={found} />}
      <AttachedOrders found={found} />
    </>
  );
}
