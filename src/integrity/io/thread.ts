import { Worker } from "node:worker_threads";

/** Runs a thread's file once: hands it data, and takes its one message. What throws there, throws here. */
export function askThread<Answer>(file: URL, data: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(file, { workerData: data });
    worker.once("message", (answer: Answer) => resolve(answer));
    worker.once("error", reject);
    // Nothing once there was an answer or an error.
    worker.once("exit", () => reject(new Error("a thread ended without an answer")));
  });
}
