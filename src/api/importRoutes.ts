/*
 * Routes for exports of other shops: uploaded, analysed, shown case by case. Answers are closed
 * types: figures and masked values only.
 */

import { z } from "zod";
import { read, tried, logged, type RouteContract, type UploadRule } from "./contract.ts";
import { instant, uuid } from "./schemas.ts";

const count = z.number().int();
const texts = z.object({ id: z.string(), en: z.string() });
const reason = texts.extend({ code: z.string() });

const importedFile = z.object({
  file: z.string(),
  format: z.string(),
  rows: count,
  orders: count,
  addedUnits: count,
  repeated: count,
  missing: z.array(z.string()),
  /** Orders that no longer stand. Imports of before this was told have none of these three. */
  apart: z.object({ cancelled: count, unpaid: count, refunded: count }).optional(),
  reading: z.array(texts).optional(),
  doubts: z.array(texts).optional(),
});

/** An unreadable row and the reason; its contents are omitted. */
const rowTrouble = z.object({
  file: z.string(),
  row: count,
  column: z.string(),
  /** In English. */
  reason: z.string(),
  said: texts.optional(),
});

const importFigures = z.object({
  orders: count,
  persons: count,
  cases: count,
  outcomes: z.object({ accept: count, step_up: count, hold: count }),
  byChannel: z.array(z.object({ channel: z.string(), orders: count, stepUp: count, hold: count })),
  byReason: z.array(z.object({ reason, family: z.string(), orders: count })),
  files: z.array(importedFile),
  apart: count.optional(),
  troubles: z.array(rowTrouble),
  troubleCount: count,
  fault: z.string().nullable(),
});

/** A case of an export. Orders are named, persons are not; shared values are masked. */
const importedCase = z.object({
  case_id: z.string(),
  top_score_bits: z.number(),
  groups: count.optional(),
  orders: z.array(
    z.object({
      order_id: z.string(),
      channel: z.string(),
      ordered_at: z.string(),
      person_id: z.string(),
      outcome: z.string(),
      score_bits: z.number(),
      // Imports of before these were told have none of them.
      group: count.optional(),
      sum: z.array(z.object({ code: z.string(), bits: z.number() })).optional(),
      would_release: texts.optional(),
    }),
  ),
  // Imports of before knew no attached orders.
  attached: z
    .array(
      z.object({
        order_id: z.string(),
        channel: z.string(),
        ordered_at: z.string(),
        person_id: z.string(),
        outcome: z.string(),
        ties: z.array(z.string()),
        because: texts,
      }),
    )
    .optional(),
  shared_evidence: z.array(
    z.object({
      attribute: z.string(),
      value: z.string(),
      orders: count,
      members: z.array(count),
    }),
  ),
  speaks_for_a_ring: z.array(reason.extend({ bits: z.number(), p: z.number().nullable() })),
  speaks_against: z.array(reason),
  seen_but_not_counted: z.array(z.string()),
  would_release: texts,
  fields_not_given: z.array(z.string()),
  // Imports of before it was told have none.
  fit_digest: z.string().optional(),
});

const importLine = z.object({
  importId: uuid,
  name: z.string(),
  handedInBy: z.string(),
  handedInAt: instant,
  expiresAt: instant,
  orders: count,
  cases: count,
});

/** The first orders of an export, so that a person sees whether the columns were understood. */
const previewRow = z.object({
  order_id: z.string(),
  ordered_at: z.string(),
  channel: z.string(),
  sku: z.string(),
  name: z.string(),
  phone: z.string(),
  email: z.string(),
  address: z.string(),
  device: z.string(),
});

/** CSV (also gzipped), XLSX or Parquet, recognised by content and never by name. */
const EXPORT = {
  field: "file",
  leastFiles: 1,
  mostFiles: 1,
  mostFileBytes: 64_000_000,
  tooLarge: "import_refused",
} as const satisfies UploadRule;

/**
 * A column map for another table format, as in docs/reference/import.md; it names no second file.
 */
const map = z
  .string()
  .max(65_536)
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: "custom", message: "is not JSON" });
      return z.NEVER;
    }
  });
const handedIn = z.strictObject({ map: map.optional() });

export const importRoutes = {
  previewImport: {
    ...tried,
    id: "previewImport",
    cost: "import",
    logs: "never: nothing is kept",
    capability: "batch.manage",
    path: "/v1/operator/imports/preview",
    summary:
      "Which format an export has, its first rows (masked), and the rows that cannot be read",
    body: handedIn,
    upload: EXPORT,
    response: z.object({
      files: z.array(importedFile),
      orders: count,
      rows: z.array(previewRow),
      troubles: z.array(rowTrouble),
      troubleCount: count,
    }),
    problems: ["import_refused"],
  },
  importOrders: logged(
    {
      ...tried,
      id: "importOrders",
      cost: "import",
      capability: "batch.manage",
      path: "/v1/operator/imports",
      summary: "Look at an export and open its cases; the same file again changes nothing",
      body: handedIn,
      upload: EXPORT,
      status: 201,
      response: importLine,
      problems: ["import_refused"],
    },
    {
      writtenBy: "handler",
      action: "imported",
      subject: (_, { importId, orders }) => `${importId} (${orders} orders)`,
    },
  ),
  listImports: {
    ...read,
    id: "listImports",
    cost: "database",
    path: "/v1/operator/imports",
    summary: "Exports that were handed in",
    response: z.object({ imports: z.array(importLine) }),
    problems: [],
  },
  showImport: {
    ...read,
    id: "showImport",
    cost: "database",
    path: "/v1/operator/imports/:importId",
    summary: "What was found in an export, case by case; values are masked",
    params: z.object({ importId: uuid }),
    response: importLine.extend({ summary: importFigures, found: z.array(importedCase) }),
    problems: ["import_not_found"],
  },
  showImportDecisions: logged(
    {
      ...read,
      id: "showImportDecisions",
      cost: "database",
      capability: "case.unmask",
      path: "/v1/operator/imports/:importId/decisions",
      summary: "decisions.csv of an export, for the shop's own tools",
      params: z.object({ importId: uuid }),
      response: z.object({ name: z.string(), content: z.string() }),
      problems: ["import_not_found"],
    },
    { action: "took import decisions", subject: ({ params }) => params.importId },
  ),
} as const satisfies Record<string, RouteContract>;
