/* A signal: accounts use phone numbers in a row. */

import { OWN_CONTACT } from "../evidence/words.ts";
import { identifierSignal } from "../evidence/sharing.ts";

/** Phone numbers of one box of SIM cards. Firms buy numbers by the block, too. */
export const phonesInARow = identifierSignal(
  {
    name: "phones_in_a_row",
    group: "identity",
    column: "phoneBlock",
    texts: {
      title: { id: "nomor telepon berurutan", en: "phone numbers in a row" },
      // A run may reach over several cases: the number is that of the run.
      reason: {
        id: "seluruhnya {accounts} akun memakai nomor telepon berurutan ({value}xx)",
        en: "altogether {accounts} accounts use phone numbers in a row ({value}xx)",
      },
      release: OWN_CONTACT,
    },
    mask: (block) => `${block.slice(0, 4)}…`,
  },
  { two: 0.3, further: 0.5 },
);
