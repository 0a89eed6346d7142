import type { Command } from "commander";
import { EXIT, type Register } from "./program.ts";
export function addRehearse(program: Command, register: Register): void {
  register(program.command("rehearse"), async () => EXIT.done);
}
