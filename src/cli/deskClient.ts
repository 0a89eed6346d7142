/*
 * The API client of the desk commands, with the session kept in the data folder. It goes through
 * the public API, so a role may do no more here than in the console.
 */

import { randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fetchOutside } from "../access/io/outside.ts";
import type { RequiredWork } from "../api/problems.ts";
import { must } from "../base/assert.ts";
import { WorkSearch } from "../../web/ui/workSearch.ts";

/** A refusal, or an unreachable server, as a sentence for the user. */
export class DeskError extends Error {
  override name = "DeskError";
}

interface Kept {
  readonly server: string;
  readonly session: string;
}

const fileOf = (folder: string) => join(folder, "desk-session.json");

/** Stores the session for later commands; only its owner can read the file. */
export function keepSession(folder: string, kept: Kept): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileOf(folder), JSON.stringify(kept), { mode: 0o600 });
  chmodSync(fileOf(folder), 0o600);
}

function readSession(folder: string): Kept {
  try {
    return JSON.parse(readFileSync(fileOf(folder), "utf8")) as Kept;
  } catch {
    throw new DeskError("Nobody is signed in. First: npm run giliran -- desk sign-in NAME");
  }
}

interface Problem {
  readonly title: string;
  readonly errors?: readonly { readonly field: string; readonly reason: string }[];
  readonly work?: RequiredWork;
}

/** Challenges solved for one call: the price may rise while the first is solved, but not for ever. */
const MOST_CHALLENGES = 3;

/** An analysis of a million orders takes minutes. */
const ANSWER_TIMEOUT_MS = 600_000;

const isObject = (body: unknown): body is object => typeof body === "object" && body !== null;

/** Solves a challenge: many wrong passwords came from here, or were tried for this name. */
function solve({ challenge, salt, maxnumber: last, ...given }: RequiredWork): string {
  const search = new WorkSearch({ salt, challenge, last });
  const number = must(search.step(last + 1), "the server knows a solution");
  return Buffer.from(JSON.stringify({ ...given, challenge, salt, number })).toString("base64");
}

/** Calls the API as an operator; throws the refusal as a sentence. */
export async function callApi<T>(
  server: string,
  request: { method: "GET" | "POST"; path: string; session?: string; body?: unknown },
  challengesLeft = MOST_CHALLENGES,
): Promise<T> {
  const { method, path, session, body } = request;
  let response: Response;
  try {
    response = await fetchOutside(new URL(path, server), {
      method,
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      headers: {
        "accept-language": "en",
        ...(session === undefined ? {} : { authorization: `Bearer ${session}` }),
        ...(method === "POST" ? { "idempotency-key": randomUUID() } : {}),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new DeskError(`${server} does not answer. Is the server running?`);
  }
  const answer = (await response.json()) as T & Problem;
  if (response.ok) return answer;
  if (answer.work && isObject(body) && challengesLeft > 0) {
    const solved = { ...request, body: { ...body, work: solve(answer.work) } };
    return await callApi(server, solved, challengesLeft - 1);
  }
  const lines = (answer.errors ?? []).map(({ field, reason }) => `\n  ${field}: ${reason}`);
  throw new DeskError(`${answer.title}${lines.join("")}`);
}

export interface DeskApi {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
}

/** The API with the stored session; throws if nobody is signed in. */
export function deskApi(folder: string): DeskApi {
  const { server, session } = readSession(folder);
  return {
    get: (path) => callApi(server, { method: "GET", path, session }),
    post: (path, body) => callApi(server, { method: "POST", path, session, body }),
  };
}
