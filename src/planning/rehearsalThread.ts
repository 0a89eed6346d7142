import { parentPort, workerData } from "node:worker_threads";
import { rehearse, type RehearsalTask } from "../crowd/rehearsal.ts";

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort?.postMessage(rehearse(workerData as RehearsalTask));
