import type { Command } from "commander";
import { runDoctor } from "../db/doctor.ts";
import { readMigrations } from "../db/migrate.ts";
import { openDatabase } from "./open.ts";
import { EXIT, type Register } from "./command.ts";

/** `giliran doctor`: looks at machine, settings and database, and says what to do. */
export function addDoctor(program: Command, register: Register): void {
  const command = program
    .command("doctor")
    .description("check this machine and its database; exit 1 when something must be mended");
  register(command, async ({ settings, output }) => {
    const opened = await openDatabase({ settings, purpose: "doctor", as: "guest" });
    try {
      const checks = await runDoctor(opened.backend.target, {
        nodeVersion: process.versions.node,
        migrationCount: readMigrations().length,
      });
      output.say(opened.backend.description);
      for (const { name, state, detail } of checks)
        output.say(`${state.padEnd(5)}  ${name}: ${detail}`);
      output.result({ database: opened.backend.description, checks });
      return checks.some((check) => check.state === "bad") ? EXIT.wrong : EXIT.done;
    } finally {
      await opened.close();
    }
  });
}
