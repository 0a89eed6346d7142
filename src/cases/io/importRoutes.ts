import { iso } from "../../base/instant.ts";
import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { logOperatorAction } from "../../access/io/operatorStore.ts";
import { integrityRoutes } from "../../api/planRoutes.ts";
import { inTransaction } from "../../db/connect.ts";
import type { HttpDeps } from "../../http/call.ts";
import { mount } from "../../http/mount.ts";
import { Refusal } from "../../http/problem.ts";
import { SHIPPED_THRESHOLDS, type Thresholds } from "../../integrity/audit.ts";
import type { ImportAnswer, ImportTask } from "../../integrity/io/importThread.ts";
import { askThread } from "../../integrity/io/thread.ts";
import {
  findImport,
  findImportByContent,
  insertImport,
  listImports,
  type StoredImport,
} from "./importStore.ts";

const THREAD = new URL("../../integrity/io/importThread.ts", import.meta.url);

function presentImport(one: StoredImport) {
  const { importId, name, handedInBy, summary } = one;
  return {
    ...{ importId, name, handedInBy, summary },
    handedInAt: iso(one.handedInAtMs),
    expiresAt: iso(one.expiresAtMs),
  };
}

interface HandedIn {
  readonly name: string;
  readonly content: string;
  readonly map?: Record<string, unknown> | undefined;
}

/** Reads what was handed in, in a thread of its own; the file is on this disk for as long as that takes. */
async function look(given: HandedIn, thresholds: Thresholds | null) {
  const folder = await mkdtemp(join(tmpdir(), "giliran-import-"));
  try {
    const path = join(folder, `export-${randomUUID()}`);
    await writeFile(path, Buffer.from(given.content, "base64"), { mode: 0o600 });
    const task: ImportTask = { path, map: given.map ?? null, thresholds };
    const answer = await askThread<ImportAnswer>(THREAD, task);
    if (!answer.ok) {
      const errors = answer.reasons.map((reason) => ({ field: given.name, reason }));
      throw new Refusal("import_refused", { errors });
    }
    const named = (file: string) => (file.startsWith("export-") ? given.name : file);
    const files = answer.preview.files.map((one) => ({ ...one, file: named(one.file) }));
    const troubles = answer.preview.troubles.map((one) => ({ ...one, file: named(one.file) }));
    const found = answer.found && {
      ...answer.found,
      summary: { ...answer.found.summary, files, troubles },
    };
    return { preview: { ...answer.preview, files, troubles }, found };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function contentKey({ keyring }: HttpDeps, given: HandedIn): string {
  const digest = createHash("sha256").update(given.content).digest("hex");
  return keyring.identityKey("import", `${digest} ${JSON.stringify(given.map ?? null)}`);
}

export function mountImports(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, integrityRoutes.previewImport, async ({ body }) => {
    const { preview } = await look(body, null);
    return { status: 200, body: preview as unknown as Record<string, unknown> };
  });

  mount(app, deps, integrityRoutes.importOrders, async ({ body, operator, nowMs }) => {
    const key = contentKey(deps, body);
    const known = await findImportByContent(deps.sql, key);
    if (known) return { status: 201, body: presentImport(known) };
    // A large export takes a minute: no transaction waits for it, and the row decides who writes.
    const { found } = await look(body, SHIPPED_THRESHOLDS);
    const given = { name: body.name, who: operator.name, contentKey: key, found: found!, nowMs };
    const stored = await inTransaction(deps.sql, async (tx) => {
      const { isFirst, ...one } = await insertImport(tx, deps.keyring, given);
      const subject = `${one.importId} (${found!.summary.orders} orders)`;
      const entry = { operatorName: operator.name, action: "imported", subject, nowMs };
      if (isFirst) await logOperatorAction(tx, entry);
      return one;
    });
    return { status: 201, body: presentImport(stored) };
  });

  mount(app, deps, integrityRoutes.listImports, async () => {
    const imports = await listImports(deps.sql);
    return { status: 200, body: { imports: imports.map(presentImport) } };
  });

  mount(app, deps, integrityRoutes.showImport, async ({ params }) => {
    const one = await findImport(deps.sql, params.importId);
    if (!one) throw new Refusal("import_not_found");
    return { status: 200, body: { ...presentImport(one), cases: one.cases } };
  });

  mount(app, deps, integrityRoutes.showImportDecisions, async ({ params, operator, nowMs }) => {
    const one = await findImport(deps.sql, params.importId);
    if (!one) throw new Refusal("import_not_found");
    const subject = one.importId;
    await logOperatorAction(deps.sql, {
      ...{ operatorName: operator.name, action: "took import decisions", subject, nowMs },
    });
    const content = deps.keyring.decrypt(one.decisionsCipher);
    return { status: 200, body: { name: `decisions-${one.importId.slice(0, 8)}.csv`, content } };
  });
}
