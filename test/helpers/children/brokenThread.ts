import { parentPort } from "node:worker_threads";

/* A judge that breaks at its first order, or says nothing at all. */

parentPort?.on("message", ({ saleNo }: { saleNo: number }) => {
  if (saleNo !== 2) throw new Error("broken on purpose");
});
