import { OWN_CONTACT } from "../evidence/releases.ts";
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
        id: (f) => `seluruhnya ${f.accounts} akun memakai nomor telepon berurutan (${f.value}xx)`,
        en: (f) => `altogether ${f.accounts} accounts use phone numbers in a row (${f.value}xx)`,
      },
      release: OWN_CONTACT,
    },
    mask: (block) => `${block.slice(0, 4)}…`,
  },
  { two: 0.3, further: 0.5 },
);
