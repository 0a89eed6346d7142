/* Bodies outside the seller's company that a buyer can turn to. Shown with every decision. */

import type { Text } from "../../base/language.ts";

/** Free of charge or nearly so. */
export const OUTSIDE_ROUTES: readonly { readonly name: string; readonly text: Text }[] = [
  {
    name: "BPSK",
    text: {
      id: "Badan Penyelesaian Sengketa Konsumen di kota atau kabupaten Anda: mediasi atau arbitrase tanpa pengadilan.",
      en: "The consumer dispute body of your city or regency: mediation or arbitration without a court.",
    },
  },
  {
    name: "YLKI / LPKSM",
    text: {
      id: "Lembaga perlindungan konsumen: nasihat dan pendampingan.",
      en: "Consumer protection organisations: advice, and somebody at your side.",
    },
  },
  {
    name: "Kementerian Perdagangan",
    text: {
      id: "Pengaduan konsumen perdagangan elektronik (PP 80/2019).",
      en: "The Ministry of Trade takes complaints about electronic commerce (PP 80/2019).",
    },
  },
];
