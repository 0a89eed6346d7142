/*
 * `giliran recover`: lets an owner in again who has lost password and passkeys. A person who may
 * run commands on the database could write an owner into it anyway; here it leaves a line in the
 * operator log.
 */

import type { Command } from "commander";
import { recoverOperator } from "../people/io/recovery.ts";
import { EXIT, type Register } from "./command.ts";
import { openDatabase } from "./open.ts";

/** Adds the command; it exits with 1 if nobody has the name. */
export function addRecover(program: Command, register: Register): void {
  const command = program
    .command("recover")
    .description("print a link that sets a new password, for a colleague or for a new owner")
    .argument("[name]", "whose password; without it the link makes a new owner");
  register<{ positional: (string | undefined)[] }>(command, async (context, { positional }) => {
    const { settings, output } = context;
    const opened = await openDatabase({ settings, purpose: "recover", as: "guest" });
    try {
      const name = positional[0] ?? null;
      const invitation = await recoverOperator(opened.sql, opened.keyring, name, Date.now());
      if (invitation === null) {
        output.trouble(`Nobody who works here is called "${name}". Nothing was changed.`);
        output.result({ invitation: null });
        return EXIT.wrong;
      }
      const address = settings.GILIRAN_PUBLIC_URL ?? `http://${settings.HOST}:${settings.PORT}`;
      const link = `${address}/console#invitation=${invitation}`;
      output.say(link);
      output.say("It works once, for 48 hours. The operator log has a line about it.");
      if (name !== null) output.say("The account keeps its name, whatever is typed there.");
      output.result({ invitation, link });
      return EXIT.done;
    } finally {
      await opened.close();
    }
  });
}
