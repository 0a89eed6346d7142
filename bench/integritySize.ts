/* Reads and analyses one file in a process of its own, so that only its memory is measured. */

import { must } from "../src/base/assert.ts";
import { auditBeside } from "../src/integrity/io/auditBeside.ts";
import { importOrders } from "../src/integrity/io/importOrders.ts";

const started = performance.now();
const { table } = await importOrders([must(process.argv[2], "a file to read")]);
const read = performance.now();
const { cases } = await auditBeside(table);
const ended = performance.now();
const memory = Math.round(process.resourceUsage().maxRSS / 1024);
const seconds = (ms: number) => (ms / 1000).toFixed(1);
console.log(
  `${table.count} orders: read ${seconds(read - started)} s, judged ${seconds(ended - read)} s, ` +
    `${cases.length} cases, at most ${memory} MiB`,
);
