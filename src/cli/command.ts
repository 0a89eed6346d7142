/* The types that commands share, and their exit codes. */

import type { Command } from "commander";
import type { Output } from "./output.ts";
import type { Settings } from "./settings.ts";

/**
 * Done; found something wrong; wrong usage or could not start; the reader of the output is gone
 * (128 + SIGPIPE, as in shells).
 */
export const EXIT = { done: 0, wrong: 1, usage: 2, noReader: 141 } as const;

/** The context of a command besides its options. */
export interface CommandContext {
  readonly settings: Settings;
  readonly output: Output;
}
/** A command's action; returns the exit code. */
export type Action<Options> = (context: CommandContext, options: Options) => Promise<number>;

/** Registers an action: reads the settings, creates an output, keeps the exit code. */
export type Register = <Options>(command: Command, action: Action<Options>) => void;

/** Adds a command to the program. */
export type AddCommand = (program: Command, register: Register) => void;
