/*
 * Reads the files of an appeal: checks them in a thread, then loads those that passed. It runs
 * before any transaction; a slow file must never hold a database connection.
 */

import { readFile } from "node:fs/promises";
import { must } from "../../../base/assert.ts";
import { Refusal } from "../../../http/problem.ts";
import type { UploadedFile } from "../../../http/upload.ts";
import { ThreadEnded } from "../../../threads/protocol.ts";
import { askThread } from "../../../threads/thread.ts";
import type { AppealFileTask, AppealFileThread } from "./appealFileThread.ts";
import type { AppealFile } from "./appealStore.ts";

const THREAD = new URL("./appealFileThread.ts", import.meta.url);
/** The slowest files that are allowed take 1–2 s, all three together. */
const TIMEOUT_MS = 20_000;
/** Heap for the three files and the inflated parts of one at a time, beyond what Node needs. */
const HEAP_MB = 128;

/**
 * Returns the files, checked. Throws a refusal that names the file; a thread ended on its limits
 * counts as `file_too_large`.
 */
export async function readAppealFiles(
  files: readonly UploadedFile[],
  gone: AbortSignal | undefined,
  timeoutMs = TIMEOUT_MS,
): Promise<AppealFile[]> {
  if (files.length === 0) return [];
  const task: AppealFileTask = { paths: files.map((file) => file.path) };
  const limits = { timeoutMs, heapMb: HEAP_MB, signal: gone };
  const looked = await askThread<AppealFileThread>(THREAD, task, limits).catch(
    (error: unknown): never => {
      // Nobody reads what is answered to a sender who has gone.
      const isTooMuch = error instanceof ThreadEnded || (gone?.aborted && error === gone.reason);
      throw isTooMuch ? new Refusal("file_too_large") : error;
    },
  );
  const kept: AppealFile[] = [];
  for (const [at, { name, path }] of files.entries()) {
    const read = must(looked[at], "a file that was looked at");
    if (!read.ok) {
      const errors = [{ field: `files.${at}`, reason: read.why.replaceAll("_", " ") }];
      throw new Refusal(read.why, { errors });
    }
    kept.push({ name, bytes: await readFile(path), mediaType: read.value });
  }
  return kept;
}
