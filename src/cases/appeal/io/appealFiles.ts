import { readFile } from "node:fs/promises";
import { must } from "../../../base/assert.ts";
import { Refusal } from "../../../http/problem.ts";
import type { UploadedFile } from "../../../http/upload.ts";
import { ThreadEnded } from "../../../threads/protocol.ts";
import { askThread } from "../../../threads/thread.ts";
import type { AppealFileTask, AppealFileThread } from "./appealFileThread.ts";
import type { AppealFile } from "./appealStore.ts";

const THREAD = new URL("./appealFileThread.ts", import.meta.url);
/** The dearest files that are allowed take a second or two, all three together. */
const TIMEOUT_MS = 20_000;
/** Beyond what Node itself needs: the three files, and what is unpacked of one at a time. */
const HEAP_MB = 128;

/**
 * Looks at the files of an appeal, in a thread and before any transaction, and reads them; throws the refusal, which
 * names the file.
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
      const isTooMuch = error instanceof ThreadEnded || gone?.aborted;
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
