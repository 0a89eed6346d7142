/*
 * `npm run bench [entry|draw|integrity|bound|rings|scoring|paint|processes]`: ratios between rivals in one run on one machine.
 * Absolute rates mean nothing elsewhere. How to read and repeat them: docs/reference/{benchmarks,accuracy}.md.
 */

import { cpus } from "node:os";
import { benchEntry } from "./entry.ts";
import { benchDraw } from "./draw.ts";
import { benchPaint } from "./paint.ts";
import { benchBound } from "./bound.ts";
import { benchIntegrity } from "./integrity.ts";
import { benchProcesses } from "./processes.ts";
import { benchRings } from "./rings.ts";
import { benchScoring } from "./scoring.ts";

const which = process.argv[2] ?? "all";
console.log(
  `${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, Node ${process.versions.node}\n`,
);
if (which === "entry" || which === "all") await benchEntry();
const args = which === "all" ? [] : process.argv.slice(3);
if (which === "draw" || which === "all") await benchDraw(args);
if (which === "integrity" || which === "all") await benchIntegrity(args);
if (which === "bound") await benchBound();
if (which === "rings") await benchRings(args);
if (which === "scoring") await benchScoring(args);
if (which === "processes") await benchProcesses();
if (which === "paint" || which === "all") await benchPaint();
