import type { Command } from "commander";
import { EXIT, type Register } from "./program.ts";
export function addDoctor(program: Command, register: Register): void {
  register(program.command("doctor"), async () => EXIT.done);
}
