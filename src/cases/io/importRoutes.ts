import { must } from "../../base/assert.ts";
import { iso } from "../../base/instant.ts";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { logOperatorAction } from "../../access/io/operatorStore.ts";
import { importRoutes } from "../../api/importRoutes.ts";
import { inTransaction } from "../../db/connect.ts";
import type { HttpDeps } from "../../http/call.ts";
import { mount } from "../../http/mount.ts";
import { Refusal } from "../../http/problem.ts";
import { readColumnMap, type ColumnMap } from "../../integrity/columnMap.ts";
import { SHIPPED_THRESHOLDS, type Thresholds } from "../../integrity/audit.ts";
import type { ImportAnswer, ImportTask } from "../../integrity/io/importThread.ts";
import { askThread } from "../../base/io/thread.ts";
import {
  findImport,
  findImportByContent,
  findImportDecisions,
  insertImport,
  listImports,
  type StoredImport,
} from "./importStore.ts";

const THREAD = new URL("../../integrity/io/importThread.ts", import.meta.url);

function presentImport(one: StoredImport) {
  return {
    importId: one.importId,
    name: one.name,
    handedInBy: one.handedInBy,
    handedInAt: iso(one.handedInAtMs),
    expiresAt: iso(one.expiresAtMs),
    orders: one.orders,
    cases: one.cases,
  };
}

/** The map of an upload; throws the refusal, which names the field of the map. */
function readMap(json: Record<string, unknown> | undefined): ColumnMap | null {
  if (json === undefined) return null;
  const read = readColumnMap(json, "refused");
  if (read.ok) return read.map;
  const errors = read.issues.map(({ field, reason }) => ({
    field: field === "" ? "body.map" : `body.map.${field}`,
    reason,
  }));
  throw new Refusal("import_refused", { errors });
}

interface HandedIn {
  readonly name: string;
  readonly content: string;
  readonly map?: Record<string, unknown> | undefined;
}

/** Reads what was handed in, in a thread of its own; the file is on this disk for as long as that takes. */
async function look(given: HandedIn, thresholds: Thresholds | null) {
  const map = readMap(given.map);
  const folder = await mkdtemp(join(tmpdir(), "giliran-import-"));
  try {
    const path = join(folder, "export");
    await writeFile(path, Buffer.from(given.content, "base64"), { mode: 0o600 });
    const task: ImportTask = { path, name: given.name, map, thresholds };
    const answer = await askThread<ImportAnswer>(THREAD, task);
    if (answer.ok) return answer;
    const errors = [{ field: "body.content", reason: answer.reason }];
    throw new Refusal("import_refused", { errors });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function contentKey({ keyring }: HttpDeps, given: HandedIn): string {
  const digest = createHash("sha256").update(given.content).digest("hex");
  return keyring.identityKey("import", `${digest} ${JSON.stringify(given.map ?? null)}`);
}

export function mountImports(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, importRoutes.previewImport, async ({ body }) => {
    const { preview } = await look(body, null);
    return { status: 200, body: preview };
  });

  mount(app, deps, importRoutes.importOrders, async ({ body, operator, nowMs }) => {
    const key = contentKey(deps, body);
    const known = await findImportByContent(deps.sql, key);
    if (known) return { status: 201, body: presentImport(known) };
    // A large export takes a minute: no transaction waits for it, and the row decides who writes.
    const { found } = await look(body, SHIPPED_THRESHOLDS);
    const findings = must(found, "what was looked for");
    const given = { name: body.name, who: operator.name, contentKey: key, found: findings, nowMs };
    const stored = await inTransaction(deps.sql, async (tx) => {
      const { isFirst, ...one } = await insertImport(tx, deps.keyring, given);
      const subject = `${one.importId} (${findings.figures.orders} orders)`;
      const entry = { operatorName: operator.name, action: "imported", subject, nowMs };
      if (isFirst) await logOperatorAction(tx, entry);
      return one;
    });
    return { status: 201, body: presentImport(stored) };
  });

  mount(app, deps, importRoutes.listImports, async () => {
    const imports = await listImports(deps.sql);
    return { status: 200, body: { imports: imports.map(presentImport) } };
  });

  mount(app, deps, importRoutes.showImport, async ({ params }) => {
    const one = await findImport(deps.sql, params.importId);
    if (!one) throw new Refusal("import_not_found");
    const { summary, found } = one;
    return { status: 200, body: { ...presentImport(one), summary, found } };
  });

  mount(app, deps, importRoutes.showImportDecisions, async ({ params, operator, nowMs }) => {
    const { importId } = params;
    const cipher = await findImportDecisions(deps.sql, importId);
    if (!cipher) throw new Refusal("import_not_found");
    const action = "took import decisions";
    const entry = { operatorName: operator.name, action, subject: importId, nowMs };
    await logOperatorAction(deps.sql, entry);
    const content = deps.keyring.decrypt(cipher);
    return { status: 200, body: { name: `decisions-${importId.slice(0, 8)}.csv`, content } };
  });
}
