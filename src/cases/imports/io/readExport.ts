/*
 * Reads an uploaded export in a worker thread with limits on rows, bytes, time and memory, so that
 * no file can stall or exhaust the server. Each refusal says its reason in a sentence.
 */

import { Refusal } from "../../../http/problem.ts";
import type { UploadedFile } from "../../../http/upload.ts";
import type { Thresholds } from "../../../integrity/audit.ts";
import type { ColumnMap } from "../../../integrity/table/columnMap.ts";
import type { ImportAnswer, ImportTask, ImportThread } from "../../../integrity/io/importThread.ts";
import { ELSEWHERE } from "../../../integrity/io/rows.ts";
import { ThreadEnded } from "../../../threads/protocol.ts";
import { askThread } from "../../../threads/thread.ts";

const THREAD = new URL("../../../integrity/io/importThread.ts", import.meta.url);

/** Limits of one upload. `giliran audit` on the command line has none. */
export interface ExportLimits {
  readonly rows: number;
  /** Bytes of the file after decompression. */
  readonly bytes: number;
  /** Below the 60 s after which many proxies give up. */
  readonly timeoutMs: number;
  /** Heap of a thread in MiB. A large file is read in a second thread with the same limit. */
  readonly heapMb: number;
  /** Buffers and long texts outside the heap, in MiB. */
  readonly buffersMb: number;
}

/** Ten times the orders of the largest flash sale known to us. */
export const UPLOAD_LIMITS: ExportLimits = {
  rows: 300_000,
  bytes: 200_000_000,
  timeoutMs: 50_000,
  heapMb: 512,
  buffersMb: 256,
};

/**
 * Reads an export and, with thresholds, looks for rings. Throws `import_refused` with the reason.
 */
export async function readExport(
  file: Pick<UploadedFile, "path" | "name">,
  asked: {
    readonly map: ColumnMap | null;
    /** Null for a preview: the file is read and not analysed. */
    readonly thresholds: Thresholds | null;
    readonly gone?: AbortSignal | undefined;
    readonly limits?: ExportLimits;
  },
): Promise<ImportAnswer & { readonly ok: true }> {
  const { map, thresholds, gone, limits = UPLOAD_LIMITS } = asked;
  const { rows, bytes, timeoutMs, heapMb, buffersMb } = limits;
  const { path, name } = file;
  const task: ImportTask = { path, name, map, thresholds, limits: { rows, bytes, buffersMb } };
  const answer = await askThread<ImportThread>(THREAD, task, {
    timeoutMs,
    heapMb,
    buffersMb,
    signal: gone,
  }).catch((error: unknown): ImportAnswer => {
    if (gone?.aborted && error === gone.reason)
      return { ok: false, reason: "nobody waits for the answer any more." };
    if (!(error instanceof ThreadEnded)) throw error;
    return { ok: false, reason: reasonOf(error, limits) };
  });
  if (answer.ok) return answer;
  throw new Refusal("import_refused", { errors: [{ field: "file", reason: answer.reason }] });
}

/** Why the thread was ended, as a sentence for the operator. */
function reasonOf({ why }: ThreadEnded, { timeoutMs }: ExportLimits): string {
  if (why === "memory") {
    return `it takes more memory to look at than an upload may use. ${ELSEWHERE}`;
  }
  if (why === "timeout")
    return `it takes more than ${timeoutMs / 1_000} s to look at. ${ELSEWHERE}`;
  return "it could not be looked at to its end.";
}
