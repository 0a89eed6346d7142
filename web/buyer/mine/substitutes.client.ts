/* Other products that a buyer would take instead of a unit owed: her yes beforehand, or no. */

import type { Answer } from "../../../src/api/contract.ts";
import type { rightsRoutes } from "../../../src/api/rightsRoutes.ts";
import { fill, type Language } from "../../../src/base/language.ts";
import { formatMoney } from "../../../src/base/money.ts";
import { element } from "../../ui/dom.client.ts";
import type { MineTexts } from "./words.ts";

type Owed = Answer<typeof rightsRoutes.listOwnEntitlements>["entitlements"][number];
type Substitute = Owed["substitutes"][number];

interface Asking {
  readonly texts: MineTexts;
  readonly language: Language;
  readonly said: (text: Substitute["name"]) => string;
  readonly post: (path: string, body: object) => Promise<unknown>;
  /** Draws the page again: also after a refusal, since the list was old then. */
  readonly draw: () => Promise<void>;
  /** Shows an error on the page. */
  readonly problem: (error: unknown) => void;
}

/** The list with a tick box each; null where nothing else can be had. */
export function substitutesPart(owed: Owed, asking: Asking): HTMLElement | null {
  const { texts, language, said, post, draw, problem } = asking;
  const { entitlementId, currency, substitutes } = owed;
  if (substitutes.length === 0) return null;
  const choice = ({ sale, family, sku, name, priceMinorUnits, agreed }: Substitute) => {
    const box = element("input", { type: "checkbox" }) as HTMLInputElement;
    box.checked = agreed;
    box.addEventListener("change", () => {
      box.disabled = true;
      const body = { family, sku, agreed: box.checked };
      void post(`/v1/me/entitlements/${entitlementId}/substitutes`, body).then(
        draw,
        async (error) => {
          await draw();
          problem(error);
        },
      );
    });
    const price = formatMoney({ minorUnits: priceMinorUnits, currency }, language);
    const text = fill(texts.substitute, { name: said(name), price, sale });
    return element("label", { class: "choice" }, box, text);
  };
  return element(
    "details",
    {},
    element("summary", {}, texts.substitutes),
    element("p", { class: "small" }, texts.substitutesLead),
    ...substitutes.map(choice),
  );
}
