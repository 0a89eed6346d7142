#!/usr/bin/env node
// Plain JavaScript that any Node reads: finds the Node that this package brings along, or says what
// is missing in one sentence. Everything else is TypeScript, which only Node 24 runs directly.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const NEEDED_MAJOR = 24;

if (Number(process.versions.node.split(".")[0]) >= NEEDED_MAJOR) {
  // Stripping types is stable enough to live on, and its warning tells a newcomer nothing.
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    if (warning.name !== "ExperimentalWarning") console.error(warning.stack ?? warning.message);
  });
  // What was read and compiled once is kept beside the packages: every later command starts sooner.
  const { enableCompileCache } = await import("node:module");
  enableCompileCache(join(root, "node_modules/.cache/giliran"));
  const { main } = await import("./main.ts");
  await main(process.argv);
} else {
  const own = join(root, "node_modules/node/bin/node");
  if (!existsSync(own)) {
    console.error(
      `Giliran needs Node ${NEEDED_MAJOR}; this is ${process.versions.node}. Run "npm ci" in ${root}: it brings its own.`,
    );
    process.exit(1);
  }
  const child = spawn(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}
