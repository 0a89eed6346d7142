/*
 * Decisions, batches, policies and reports: their digests, and what they were made of. A text that
 * was changed together with its digest differs from the evidence that it was written from.
 */

import { isDeepStrictEqual } from "node:util";
import { iso } from "../../../base/instant.ts";
import type { Query } from "../../../db/connect.ts";
import { drawSample, sampleSeed, selectionDigest } from "../../../cases/batch/batch.ts";
import { statementDigest } from "../../../cases/batch/statement.ts";
import { recordDigest, statedFacts } from "../../../cases/decision/decisionRecord.ts";
import { policyDigest, ruleOfSignal, type Policy } from "../../../cases/policy/policy.ts";
import { CREDIT_SHARE, creditDigest } from "../../../cases/remedy/credit.ts";
import { reportDigest, reportFaults } from "../../../cases/report/saleReport.ts";
import { channelByNo } from "../../../sale/definition.ts";
import type { StoredSale } from "../../../sale/io/saleStore.ts";
import { faultsOf, type Fault } from "../fault.ts";
import {
  findUndecided,
  findUnstated,
  readBatches,
  readDecisions,
  readReports,
  readSeeds,
  readStatements,
  type BatchRow,
  type DecisionRow,
} from "./decisionStore.ts";
import { findBeyondCeiling, findOddCredits, readCreditLists } from "./failureStore.ts";
import { findOddBrakes, readPolicies } from "./policyStore.ts";

const HOUR_MS = 3_600_000;

/** Decisions at once in memory. */
const DECISIONS_AT_ONCE = 500;

/** One comparison: the column, whether it is a fault, and why. */
type Finding = readonly [column: string, isFault: boolean, says: string];

const kept = (table: string, key: string, findings: readonly Finding[]): Fault[] => {
  const fault = faultsOf(table, key);
  return findings.flatMap(([column, isFault, says]) => (isFault ? [fault(column, says)] : []));
};

/** Every policy has its digest, and its columns say what its document says. */
export async function checkPolicies(sql: Query): Promise<Fault[]> {
  const policies = await readPolicies(sql);
  const faults = policies.flatMap(({ digest, name, version, policy }) =>
    kept("policy", `${name} v${version}`, [
      ["document", policyDigest(policy) !== digest, "the policy does not fit its digest"],
      ["name", policy.name !== name, `the document says ${policy.name}`],
      ["version", policy.version !== version, `the document says ${policy.version}`],
    ]),
  );
  return [...faults, ...(await findOddBrakes(sql))];
}

async function policiesByDigest(sql: Query): Promise<ReadonlyMap<string, Policy>> {
  return new Map((await readPolicies(sql)).map(({ digest, policy }) => [digest, policy]));
}

/** Whether the reasons of a record are those of its case, each under its rule of the policy. */
function reasonsFit({ record, reasons }: DecisionRow, policy: Policy): boolean {
  return record.reasons.every(({ rule_id: ruleId, grade, ...stated }) => {
    const rule = ruleOfSignal(policy, stated.code);
    // A rule that was braked counts as weak.
    const fits = rule?.ruleId === ruleId && (grade === rule.grade || grade === "weak");
    return fits && (reasons ?? []).some((reason) => isDeepStrictEqual(reason, stated));
  });
}

/** Faults of the text of a decision, by what it was written from. */
function recordFindings(one: DecisionRow, sale: StoredSale, policy: Policy | undefined): Finding[] {
  const { record } = one;
  const channel = one.channelNo === null ? null : channelByNo(sale.definition, one.channelNo);
  const rule = policy?.rules.find(({ ruleId }) => ruleId === record.rule_ids[0]);
  const written =
    record.puid === one.decisionId &&
    record.order_id === one.orderId &&
    record.sale_id === sale.definition.slug &&
    record.channel === channel?.name &&
    record.content_date === (one.placedAt && iso(one.placedAt.getTime())) &&
    record.application_date === iso(one.decidedAt.getTime()) &&
    record.appeal_until === iso(one.appealUntil.getTime());
  const explained =
    isDeepStrictEqual(record.decision_facts, statedFacts(record.reasons)) &&
    isDeepStrictEqual(record.counterfactual, one.counterfactual) &&
    isDeepStrictEqual(record.incompatible_content_explanation, rule?.text) &&
    record.decision_ground === rule?.ground;
  const cited = [...new Set(record.reasons.map((reason) => reason.rule_id))];
  return [
    ["record", recordDigest(record) !== one.recordDigest, "the record does not fit its digest"],
    ["record", !written, "the record differs from its order or its decision"],
    [
      "record",
      policy === undefined || !explained,
      "the record's words are not those of its policy",
    ],
    ["record", policy !== undefined && !reasonsFit(one, policy), "its case has other reasons"],
    ["record", !isDeepStrictEqual(cited, record.rule_ids), "the record cites other rules"],
    ["record", record.policy_digest !== one.batchPolicy, "the batch ran under another policy"],
    [
      "ship_by",
      (record.channel_deadline?.ship_by ?? null) !== (one.shipBy?.toISOString() ?? null),
      "the record says another deadline of the channel",
    ],
  ];
}

/** Faults of the state of a decision, by its order and its appeal. */
function stateFindings(one: DecisionRow): Finding[] {
  const { state, appealState, orderState, unitHeld } = one;
  const answered = { in_force: "pending", overturned: "upheld", final: "rejected" }[state];
  const notAppealed = appealState === null && state !== "overturned";
  const ended = one.endedAt !== null;
  const tooEarly = appealState === null && ended && one.endedAt < one.appealUntil;
  const isBack = orderState === one.orderStateBefore && unitHeld === false;
  return [
    ["order_id", orderState === null, "there is no such order"],
    [
      "state",
      !notAppealed && answered !== appealState,
      `its appeal is ${appealState ?? "missing"}`,
    ],
    ["state", (state === "in_force") === ended, "an end has an instant"],
    ["ended_at", tooEarly, "before the time to appeal was over"],
    [
      "state",
      state === "in_force" && (orderState !== "cancelled" || unitHeld !== (one.letGoAt === null)),
      "its order does not wait",
    ],
    ["state", state === "final" && orderState !== "cancelled", "its order stands"],
    [
      "state",
      state === "overturned" && !one.isOwed && !isBack,
      "nothing was given back and nothing is owed",
    ],
    [
      "order_state_before",
      (one.orderStateBefore === "paid") !== one.wasPaid,
      "the ledger says otherwise",
    ],
  ];
}

/** Faults of who took part in a decision, and of the batch that carried it out. */
function partFindings(one: DecisionRow, policy: Policy | undefined): Finding[] {
  const reviewed = one.reviewedAt !== null && one.reviewedAt <= one.decidedAt;
  const reviewers = reviewed && one.reviewer !== null ? [one.reviewer] : [];
  const took = new Set([...one.approvedBy, ...reviewers]);
  const said = new Set(one.decidedBy);
  const fileMs = (policy?.appeal.fileHours ?? 0) * HOUR_MS;
  const untilMs = one.decidedAt.getTime() + fileMs;
  return [
    ["decided_by", !isDeepStrictEqual(took, said), "other people approved and reviewed"],
    [
      "appeal_until",
      policy !== undefined && one.appealUntil.getTime() !== untilMs,
      "not the policy's time after the decision",
    ],
    ["batch_id", one.batchId === null, "no batch carried it out"],
  ];
}

function checkDecision(
  one: DecisionRow,
  sale: StoredSale,
  policies: ReadonlyMap<string, Policy>,
): Fault[] {
  const policy = policies.get(one.batchPolicy ?? "");
  const key = `decision ${one.decisionId}`;
  const faults = kept("decision", key, [
    ...recordFindings(one, sale, policy),
    ...stateFindings(one),
    ...partFindings(one, policy),
  ]);
  const line: Finding = ["outcome", one.outcome !== "cancelled", "a decision cancelled it"];
  return [...faults, ...kept("batch_order", `batch ${one.batchId}, order ${one.orderId}`, [line])];
}

/** Every decision has its digest, its order, its evidence, its people and its batch. */
export async function checkDecisions(sql: Query, sale: StoredSale): Promise<Fault[]> {
  const policies = await policiesByDigest(sql);
  const faults = await findUndecided(sql, sale.saleNo);
  for await (const rows of readDecisions(sql, sale.saleNo, DECISIONS_AT_ONCE)) {
    for (const one of rows) faults.push(...checkDecision(one, sale, policies));
  }
  return faults;
}

const RELEASED = new Set(["grace", "running", "done"]);

function checkBatch(
  batch: BatchRow,
  policy: Policy | undefined,
  seeds: readonly string[],
): Fault[] {
  const { orders, cases, preview } = batch;
  const key = `batch ${batch.batchId}`;
  const digest = selectionDigest(orders);
  const undecided = cases.filter((one) => one.undecided).map((one) => one.caseNo);
  const sampled = cases.filter((one) => one.sampled).map((one) => one.caseNo);
  const drawn = drawSample(batch.sampleSeed, undecided, sampled.length);
  const inOrders = new Set(orders.map((order) => order.caseNo));
  const needed = policy?.batch.approvals ?? 2;
  const released = RELEASED.has(batch.state) || batch.decisionCount > 0;
  const ofSeed = seeds.some((seed) => sampleSeed(seed, batch.selectionDigest) === batch.sampleSeed);
  return [
    ...kept("batch", key, [
      ["selection_digest", digest !== batch.selectionDigest, "its orders have another digest"],
      ["sample_seed", !ofSeed, "the seed is not that of the sale and the selection"],
      ["preview", preview.orders !== orders.length, `${orders.length} orders are in it`],
      ["preview", preview.cases !== inOrders.size, `${inOrders.size} cases are in it`],
      ["policy_digest", policy === undefined, "there is no such policy"],
    ]),
    ...kept("batch_case", key, [
      [
        "sampled",
        !isDeepStrictEqual(
          sampled.toSorted((a, b) => a - b),
          drawn,
        ),
        "another sample",
      ],
      ["case_no", cases.length !== inOrders.size, "cases and orders differ"],
    ]),
    ...kept("batch_approval", key, [
      [
        "operator_name",
        released && batch.approvalCount < needed,
        `released by ${batch.approvalCount} of ${needed} people`,
      ],
    ]),
  ];
}

/** Every edition of a statement has its digest and its batch; none is missing between them. */
export async function checkStatements(sql: Query, { saleNo }: StoredSale): Promise<Fault[]> {
  const statements = await readStatements(sql, saleNo);
  const faults = statements.flatMap((one, index) => {
    const { batchId, editionNo, document } = one;
    const before = statements[index - 1];
    const next = before?.batchId === batchId ? before.editionNo + 1 : 1;
    return kept("batch_statement", `batch ${batchId}, edition ${editionNo}`, [
      ["document", statementDigest(document) !== one.documentDigest, "it does not fit its digest"],
      ["document", document.batchId !== batchId, "the statement is about another batch"],
      ["edition_no", editionNo !== next, "an edition before it is missing"],
    ]);
  });
  return [...faults, ...(await findUnstated(sql, saleNo))];
}

/** Every batch has the selection, the sample and the approvals that released it. */
export async function checkBatches(sql: Query, sale: StoredSale): Promise<Fault[]> {
  const policies = await policiesByDigest(sql);
  const seeds = await readSeeds(sql, sale.saleNo);
  const batches = await readBatches(sql, sale.saleNo);
  return batches.flatMap((batch) => checkBatch(batch, policies.get(batch.policyDigest), seeds));
}

/** Every list of failures has its digest, two people, its debts, and room under the ceiling. */
export async function checkCredits(sql: Query, { saleNo }: StoredSale): Promise<Fault[]> {
  const lists = await readCreditLists(sql, saleNo);
  const faults = lists.flatMap(({ listId, digest, ...list }) =>
    kept("credit_list", `list ${listId}`, [
      ["digest", creditDigest(list) !== digest, "reason and lines have another digest"],
    ]),
  );
  const odd = await findOddCredits(sql, saleNo);
  const beyond = await findBeyondCeiling(sql, { saleNo, usualShare: CREDIT_SHARE });
  return [...faults, ...odd, ...beyond];
}

/** Every edition of the report has its digest; none is missing between them. */
export async function checkReports(sql: Query, sale: StoredSale): Promise<Fault[]> {
  const reports = await readReports(sql, sale.saleNo);
  return reports.flatMap((report, index) => {
    const { document, editionNo } = report;
    const digest = reportDigest(document);
    return kept("sale_report", `edition ${editionNo}`, [
      ["document", digest !== report.documentDigest, "the report does not fit its digest"],
      ["document", document.sale !== sale.definition.slug, "the report is of another sale"],
      ["document", reportFaults(document).length > 0, "its figures do not add up"],
      ["edition_no", editionNo !== index + 1, "an edition before it is missing"],
      ["correction", (report.correction === null) !== (index === 0), "a correction says why"],
    ]);
  });
}
