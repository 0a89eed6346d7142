/*
 * Routes for order exports that an operator uploads: preview, import, list, show, download of the
 * decisions. The same file with the same column map is the same import, so a repeat answers with
 * the stored one.
 */

import { must } from "../../../base/assert.ts";
import { iso } from "../../../base/instant.ts";
import type { FastifyInstance } from "fastify";
import { importRoutes } from "../../../api/importRoutes.ts";
import { inTransaction } from "../../../db/connect.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount } from "../../../http/mount.ts";
import { writeLine } from "../../../http/io/operatorLog.ts";
import { Refusal } from "../../../http/problem.ts";
import type { UploadedFile } from "../../../http/upload.ts";
import { readColumnMap, type ColumnMap } from "../../../integrity/table/columnMap.ts";
import { SHIPPED_THRESHOLDS } from "../../../integrity/audit.ts";
import {
  findImport,
  findImportByContent,
  findImportDecisions,
  insertImport,
  listImports,
  type StoredImport,
} from "./importStore.ts";
import { readExport } from "./readExport.ts";

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

/**
 * The column map of an upload; null if it has none. Throws a refusal that names the map's field.
 */
function readMap(json: unknown): ColumnMap | null {
  if (json === undefined) return null;
  const read = readColumnMap(json, "refused");
  if (read.ok) return read.map;
  const errors = read.issues.map(({ field, reason }) => ({
    field: field === "" ? "body.map" : `body.map.${field}`,
    reason,
  }));
  throw new Refusal("import_refused", { errors });
}

const exportOf = (files: readonly UploadedFile[]) => must(files[0], "an import without a file");

/** Identity of an import: a keyed hash over the file's digest and the map. */
function contentKey({ keyring }: HttpDeps, file: UploadedFile, map: ColumnMap | null): string {
  return keyring.identityKey("import", `${file.digest} ${JSON.stringify(map)}`);
}

/** Mounts the routes. Every download of decisions is logged with the operator's name. */
export function mountImports(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, importRoutes.previewImport, async ({ body, files, gone }) => {
    const map = readMap(body.map);
    const { preview } = await readExport(exportOf(files), { map, thresholds: null, gone });
    return { status: 200, body: preview };
  });

  mount(app, deps, importRoutes.importOrders, async (call) => {
    const { body, files, gone, operator, nowMs } = call;
    const map = readMap(body.map);
    const file = exportOf(files);
    const key = contentKey(deps, file, map);
    const known = await findImportByContent(deps.sql, key);
    if (known) return { status: 201, body: presentImport(known) };
    // A large export takes a minute. No transaction is open meanwhile; the unique key decides which
    // request stores it.
    const asked = { map, thresholds: SHIPPED_THRESHOLDS, gone };
    const findings = must((await readExport(file, asked)).found, "what was looked for");
    const given = { name: file.name, who: operator.name, contentKey: key, found: findings, nowMs };
    return await inTransaction(deps.sql, async (tx) => {
      const { isFirst, ...one } = await insertImport(tx, deps.keyring, given);
      const answer = { status: 201, body: presentImport(one) };
      if (isFirst) await writeLine(tx, importRoutes.importOrders, call, answer);
      return answer;
    });
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

  mount(app, deps, importRoutes.showImportDecisions, async ({ params }) => {
    const { importId } = params;
    const cipher = await findImportDecisions(deps.sql, importId);
    if (!cipher) throw new Refusal("import_not_found");
    const content = deps.keyring.decrypt(cipher);
    return { status: 200, body: { name: `decisions-${importId.slice(0, 8)}.csv`, content } };
  });
}
