/* A signal: accounts use phone numbers of one block. */

import { OWN_CONTACT } from "../evidence/words.ts";
import { identifierSignal, sizeBeyondSharing } from "../evidence/sharing.ts";
import type { IdentifierSignal } from "../evidence/signal.ts";

const SHARING = { two: 0.3, further: 0.5 };

const signal = identifierSignal(
  {
    name: "phones_in_a_row",
    group: "identity",
    column: "phoneBlock",
    texts: {
      title: { id: "nomor telepon bersebelahan", en: "neighbouring phone numbers" },
      // A block may reach over several cases: the numbers are those of the block.
      reason: {
        id: "seluruhnya {accounts} {who} memakai {numbers} nomor telepon yang hanya berbeda di dua angka terakhir ({value}xx)",
        en: "altogether {accounts} {who} use {numbers} phone numbers that differ in their last two digits only ({value}xx)",
      },
      release: OWN_CONTACT,
    },
    mask: (block) => `${block.slice(0, 4)}…`,
  },
  SHARING,
);

/**
 * Phone numbers of one box of SIM cards. Firms buy numbers by the block, too. Several accounts with one number are
 * another signal's fact, so a number counts once.
 */
export const phonesInARow: IdentifierSignal = {
  ...signal,
  evaluate: ({ accounts, said = accounts, numbers = accounts, ...shared }) => {
    const one = sizeBeyondSharing(signal.name, SHARING, {
      ...shared,
      said,
      accounts: Math.min(accounts, numbers),
    });
    return one && { ...one, facts: { ...one.facts, numbers } };
  },
};
