/* `giliran serve`: the server without a demonstration. */

import type { Command } from "commander";
import { EXIT, type Register } from "./command.ts";
import { untilAsked } from "./ending.ts";
import { sayAddresses, startServing } from "./serving.ts";

export function addServe(program: Command, register: Register): void {
  const command = program
    .command("serve")
    .description("serve from the data folder, or from DATABASE_URL")
    .option("--no-worker", "only answer requests; another process moves the sales on");
  register<{ worker: boolean }>(command, async ({ settings, output }, { worker }) => {
    const serving = await startServing({
      settings,
      output,
      worker,
      crowd: null,
      notices: true,
      demo: false,
    });
    try {
      output.say(`Giliran serves from ${serving.opened.backend.description}.`);
      await sayAddresses(serving, output);
      // Listen for signals before the address is printed: its reader may send one at once.
      const asked = untilAsked();
      output.result({ address: serving.address, database: serving.opened.backend.description });
      output.say("Stop with Ctrl-C.");
      await asked;
      output.say("Stopping: requests in hand are answered first.");
    } finally {
      await serving.close();
    }
    return EXIT.done;
  });
}
