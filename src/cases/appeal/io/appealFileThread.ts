/*
 * Thread entry: checks the files of one appeal, in order. The caller ends the thread on its limits.
 */

import { readFileSync } from "node:fs";
import type { Result } from "../../../base/result.ts";
import type { ThreadContract } from "../../../threads/protocol.ts";
import { serveThread } from "../../../threads/serve.ts";
import { readAppealFile, type FileRefusal, type FileType } from "./appealFile.ts";

export interface AppealFileTask {
  readonly paths: readonly string[];
}

/** One result per file, up to the first refusal. */
type AppealFileAnswer = readonly Result<FileType, FileRefusal>[];

export type AppealFileThread = ThreadContract<AppealFileTask, AppealFileAnswer>;

async function read({ paths }: AppealFileTask): Promise<AppealFileAnswer> {
  const answer: Result<FileType, FileRefusal>[] = [];
  for (const path of paths) {
    const file = await readAppealFile(readFileSync(path));
    answer.push(file);
    if (!file.ok) break;
  }
  return answer;
}

serveThread<AppealFileThread>(read);
