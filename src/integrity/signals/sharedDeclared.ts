/* A signal: accounts share an attribute that an import declares. */

import { identifierSignal } from "../evidence/sharing.ts";

/**
 * Several accounts with one value of an attribute that the import declares as strong. Nobody knows how far innocent
 * people share it, so it says little by itself; accounts that are linked over several values say more.
 */
export const sharedDeclared = identifierSignal(
  {
    name: "shared_declared",
    group: "identity",
    column: "declared",
    texts: {
      title: { id: "data yang sama", en: "the same attribute" },
      reason: {
        id: "{accounts} {who} terhubung lewat data yang sama ({value})",
        en: "{accounts} {who} are linked by the same attribute ({value})",
      },
    },
  },
  { two: 0.3, further: 0.8 },
);
