// `npm test`: finds or installs what the tests need, then runs them. Says what is left out and why.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const root = process.getuid?.() === 0;
const debian = existsSync("/usr/bin/apt-get");
const needs = [
  { name: "chromium", there: () => existsSync("/usr/bin/chromium"), for: "the browser tests" },
  {
    name: "postgresql-15",
    there: () => existsSync("/usr/lib/postgresql/15/bin/postgres"),
    for: "the leg on an installed PostgreSQL",
  },
];
const missing = needs.filter((need) => !need.there());
if (missing.length > 0 && root && debian) {
  console.log(`Installing ${missing.map((need) => need.name).join(", ")} for the tests …`);
  const quiet = {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  };
  spawnSync("apt-get", ["update", "-qq"], quiet);
  spawnSync("apt-get", ["install", "-y", "-qq", ...missing.map((need) => need.name)], quiet);
}
for (const need of needs) {
  if (!need.there()) console.log(`${need.name} is not here: ${need.for} will be skipped.`);
}
const args = ["node_modules/vitest/vitest.mjs", "run", ...process.argv.slice(2)];
const run = spawnSync(process.execPath, args, { stdio: "inherit" });
process.exit(run.status ?? 1);
