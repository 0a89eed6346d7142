/*
 * `giliran migrate`: brings the database to the newest schema. Starting the server does the same.
 */

import type { Command } from "commander";
import { openDatabase } from "./open.ts";
import { EXIT, type Register } from "./command.ts";

export function addMigrate(program: Command, register: Register): void {
  const command = program.command("migrate").description("bring the database to the newest schema");
  register(command, async ({ settings, output }) => {
    const opened = await openDatabase({ settings, purpose: "migrate", as: "guest" });
    await opened.close();
    output.say(
      opened.migrated.length === 0
        ? "The database is up to date."
        : `Applied: ${opened.migrated.join(", ")}`,
    );
    output.result({ applied: opened.migrated });
    return EXIT.done;
  });
}
