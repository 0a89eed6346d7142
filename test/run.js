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
  ...["nginx-light", "haproxy", "caddy"].map((name) => {
    const [program] = name.split("-");
    const there = () => existsSync(`/usr/sbin/${program}`) || existsSync(`/usr/bin/${program}`);
    return { name, there, for: "the shipped file of this proxy" };
  }),
];
const missing = needs.filter((need) => !need.there());
if (missing.length > 0 && root && debian) {
  console.log(`Installing ${missing.map((need) => need.name).join(", ")} for the tests …`);
  const quiet = {
    stdio: ["ignore", "ignore", "inherit"],
    // In "runlevel 1" packages do not start the services that they bring.
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" },
  };
  spawnSync("apt-get", ["update", "-qq"], quiet);
  spawnSync("apt-get", ["install", "-y", "-qq", ...missing.map((need) => need.name)], quiet);
}
for (const need of needs) {
  if (!need.there()) console.log(`${need.name} is not here: ${need.for} will be skipped.`);
}

// The tests that kill and race processes run by themselves: they want the machine.
const given = process.argv.slice(2);
const runs =
  given.length > 0
    ? [given]
    : [
        ["--project", "!processes", "--project", "!ha"],
        ["--project", "processes"],
      ];
for (const args of runs) {
  const all = ["node_modules/vitest/vitest.mjs", "run", ...args];
  const { status } = spawnSync(process.execPath, all, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
