/*
 * `giliran fsck`: recomputes draws, balances and digests from the database and names what does not
 * fit by table, row and column. It repairs nothing.
 */

import type { Command } from "commander";
import { faultText } from "../proof/fsck/fault.ts";
import { fsck } from "../proof/fsck/io/fsck.ts";
import { openDatabase } from "./open.ts";
import { EXIT, type Register } from "./command.ts";

/** Adds the command; it exits with 1 if something does not fit. */
export function addFsck(program: Command, register: Register): void {
  const command = program
    .command("fsck")
    .description("recompute draws, balances and digests; exit 1 when something does not fit")
    .argument("[slug]", "one sale only");
  register<{ positional: (string | undefined)[] }>(command, async (context, { positional }) => {
    const { settings, output } = context;
    const opened = await openDatabase({ settings, purpose: "fsck", as: "guest" });
    try {
      const findings = await fsck(opened.sql, {
        slug: positional[0],
        keyring: opened.keyring,
        nowMs: Date.now(),
      });
      output.result({ findings });
      if (findings.length === 0) output.say("There is no sale to check.");
      for (const { sale, check, faults, faultCount } of findings) {
        output.say(`${faults.length === 0 ? "ok   " : "WRONG"}  ${sale}: ${check}`);
        for (const fault of faults) output.say(`         ${faultText(fault)}`);
        const moreCount = faultCount - faults.length;
        if (moreCount > 0) output.say(`         … and ${moreCount} more`);
      }
      const wrong = findings.some((finding) => finding.faults.length > 0);
      if (wrong)
        output.say("Nothing was changed. Keep the database as it is and compare with a backup.");
      return wrong ? EXIT.wrong : EXIT.done;
    } finally {
      await opened.close();
    }
  });
}
