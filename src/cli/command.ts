import type { Command } from "commander";
import type { Output } from "./output.ts";
import type { Settings } from "./settings.ts";

/** Done; found something wrong; asked wrongly or could not start; nobody reads on (128 + SIGPIPE, as shells say). */
export const EXIT = { done: 0, wrong: 1, usage: 2, noReader: 141 } as const;

/** What a command works with, and the exit code that it gives back. */
export interface CommandContext {
  readonly settings: Settings;
  readonly output: Output;
}
export type Action<Options> = (context: CommandContext, options: Options) => Promise<number>;

/** Registers a command's action: reads the settings, gives it an output, keeps its exit code. */
export type Register = <Options>(command: Command, action: Action<Options>) => void;

/** Puts a command on the command line. */
export type AddCommand = (program: Command, register: Register) => void;
