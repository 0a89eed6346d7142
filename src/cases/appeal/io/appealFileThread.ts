import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import type { Result } from "../../../base/result.ts";
import { must } from "../../../base/assert.ts";
import { readAppealFile, type FileRefusal, type FileType } from "./appealFile.ts";

/* Looks at the files of one appeal, in a thread that is ended when they take too long. */

export interface AppealFileTask {
  readonly paths: readonly string[];
}

/** Of each file, until one is refused. */
export type AppealFileAnswer = readonly Result<FileType, FileRefusal>[];

const { paths } = workerData as AppealFileTask;
const answer: Result<FileType, FileRefusal>[] = [];
for (const path of paths) {
  const read = await readAppealFile(readFileSync(path));
  answer.push(read);
  if (!read.ok) break;
}
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
must(parentPort, "a thread").postMessage(answer);
