import type { BatchPreview } from "../../src/cases/batch.ts";
import { element } from "../ui/dom.client.ts";
import {
  action,
  card,
  countTable,
  get,
  moment,
  money,
  number,
  percent,
  post,
  root,
  texts,
} from "./desk.client.ts";

/* Mass action, with the harm in sight before the button. */

interface Batch {
  readonly batchId: string;
  readonly sale: string;
  readonly state: keyof typeof texts.batchState;
  readonly selectionDigest: string;
  readonly createdBy: string;
  readonly runsAt: string | null;
  readonly announcedAt: string | null;
  readonly approvedBy: readonly string[];
  readonly preview: BatchPreview;
  readonly sample: readonly { caseNo: number; found: "right" | "wrong" | null }[];
  readonly bound: {
    remainingWrongAtMost: number;
    allowedWrong: number;
    within: boolean;
    sampledUndecided: number;
  };
  readonly progress: {
    orders: number;
    cancelled: number;
    leftAlone: number;
    noticesPending: number;
  };
}

const kpi = (value: string, label: string) =>
  element("div", { class: "kpi" }, element("b", {}, value), element("span", {}, label));

const counts = (title: string, rows: Readonly<Record<string, number>>) =>
  element(
    "details",
    {},
    element("summary", {}, title),
    countTable(
      Object.entries(rows)
        .slice(0, 20)
        .map(([name, value]) => [name, number.format(value)] as const),
    ),
  );

/** What the batch does to people, and to the shop's standing on each channel. */
function harm(batch: Batch): HTMLElement {
  const { preview } = batch;
  return element(
    "div",
    {},
    element(
      "div",
      { class: "kpis" },
      kpi(number.format(preview.orders), texts.orders),
      kpi(number.format(preview.accounts), texts.accounts),
      kpi(number.format(preview.accountsWithOneOrder), texts.oneOrder),
      kpi(number.format(preview.accountsWithinLimit), texts.withinLimit),
      kpi(money(preview.moneyMinorUnits), texts.money),
    ),
    counts(texts.byRule, preview.byRule),
    counts(texts.byChannel, preview.byChannel),
    counts(texts.byPaymentMethod, preview.byPaymentMethod),
    counts(texts.byRegion, preview.byRegion),
    element("h3", {}, texts.sellerRate),
    countTable(
      Object.entries(preview.sellerCancelRate).map(
        ([channel, rate]) =>
          [
            channel,
            `${texts.now} ${percent.format(rate.now)} · ${texts.after} ${percent.format(rate.after)}`,
          ] as const,
      ),
    ),
  );
}

function brake(batch: Batch): HTMLElement {
  const { bound, sample } = batch;
  const line = texts.bound
    .replace("{n}", String(bound.remainingWrongAtMost))
    .replace("{allowed}", String(bound.allowedWrong));
  const left = texts.sampleLeft.replace("{n}", String(bound.sampledUndecided));
  return element(
    "div",
    {},
    element("h3", {}, texts.sample),
    element(
      "p",
      { class: "mono" },
      sample
        .map(
          (one) =>
            `${one.caseNo}${one.found === "wrong" ? " ✗" : one.found === "right" ? " ✓" : ""}`,
        )
        .join(", ") || "–",
    ),
    bound.sampledUndecided > 0 && element("p", { class: "note warm" }, left),
    element("p", { class: bound.within ? "note" : "note bad" }, line),
  );
}

function commands(batch: Batch, changed: () => Promise<void>): HTMLElement {
  const path = `/v1/operator/batches/${batch.batchId}`;
  const then = (work: () => Promise<unknown>) => async () => {
    await work();
    await changed();
  };
  const { selectionDigest } = batch;
  const waits = batch.state === "sampling" || batch.state === "approving";
  const moving = waits || batch.state === "grace" || batch.state === "running";
  return element(
    "div",
    { class: "row" },
    waits &&
      action(
        texts.approve,
        then(() => post(`${path}/approval`, { selectionDigest })),
      ),
    moving &&
      action(
        texts.stop,
        then(() => post(`${path}/stop`)),
        "quiet",
      ),
    batch.state === "done" &&
      batch.announcedAt === null &&
      action(
        texts.announce,
        then(() => post(`${path}/announcement`)),
      ),
  );
}

function batchCard(batch: Batch, changed: () => Promise<void>): HTMLElement {
  const { progress } = batch;
  const line = texts.progress
    .replace("{done}", String(progress.cancelled + progress.leftAlone))
    .replace("{all}", String(progress.orders))
    .replace("{notices}", String(progress.noticesPending));
  return card(
    `${batch.sale} · ${texts.batchState[batch.state]}`,
    element(
      "p",
      { class: "small" },
      `${batch.createdBy} · `,
      element("span", { class: "mono" }, batch.selectionDigest.slice(0, 16)),
    ),
    batch.state === "grace" && batch.runsAt !== null
      ? element("p", { class: "note warm" }, texts.runsAt.replace("{time}", moment(batch.runsAt)))
      : null,
    element("h3", {}, texts.harm),
    harm(batch),
    brake(batch),
    batch.approvedBy.length > 0 &&
      element("p", {}, `${texts.approvedBy}: ${batch.approvedBy.join(", ")}`),
    (batch.state === "running" || batch.state === "done") && element("p", {}, line),
    batch.announcedAt !== null &&
      element("p", { class: "small" }, `${texts.announced} ${moment(batch.announcedAt)}`),
    commands(batch, changed),
  );
}

export async function drawBatches(): Promise<void> {
  const { sales } = await get<{ sales: { slug: string; title: { id: string; en: string } }[] }>(
    "/v1/operator/sales",
  );
  const parts: HTMLElement[] = [];
  for (const { slug } of sales.slice(0, 12)) {
    const { batches } = await get<{ batches: Batch[] }>(`/v1/operator/sales/${slug}/batches`);
    const freeze = (label: string, select: "decided" | "all") =>
      action(
        label,
        async () => {
          await post(`/v1/operator/sales/${slug}/batches`, { select });
          await drawBatches();
        },
        "quiet",
      );
    parts.push(
      element("h2", {}, slug),
      element(
        "div",
        { class: "row" },
        freeze(texts.freeze, "decided"),
        freeze(texts.freezeAll, "all"),
      ),
      ...batches.map((batch) => batchCard(batch, drawBatches)),
    );
  }
  if (parts.length === 0) parts.push(element("p", { class: "note" }, texts.empty.batches));
  root.replaceChildren(...parts);
}
