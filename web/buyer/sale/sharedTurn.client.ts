/* The part of the sale page about a shared turn: why two entries share one, and how to object. */

import { said } from "../../ui/said.client.ts";
import { element, pageData } from "../../ui/dom.client.ts";
import type { OwnStatus } from "./ownStatus.ts";
import type { SalePageClientData } from "./salePage.ts";

const { texts } = pageData<SalePageClientData>();

type Form = (
  action: (values: FormData) => Promise<void>,
  ...children: (Node | null)[]
) => HTMLFormElement;

/** Whether the line has passed the entry over for good. */
export const isPassedOver = ({ place }: OwnStatus): boolean =>
  place?.state === "over_limit" || place?.state === "shared_turn";

/** Whether an objection is under review, or has given her a turn that is still to come. */
export const isHeard = (own: OwnStatus | null): boolean =>
  own?.offer === null && ["waiting", "apart"].includes(own.sharedTurn?.objection ?? "");

/** Why the turn is shared, what that means, and the form to object. */
export function sharedTurnParts(
  own: OwnStatus,
  form: Form,
  object: (statement: string) => Promise<void>,
): (Node | null | false)[] {
  const shared = own.sharedTurn;
  if (!shared) return [];
  const used = own.place?.state === "shared_turn";
  const objected = shared.objection;
  if (objected === "apart") return [element("p", { class: "note" }, texts.turnApart)];
  return [
    element("h3", {}, texts.turnTitle),
    element("p", {}, `${texts.turnWhy} ${said(shared.reason)}.`),
    element("p", { class: used ? "note warm" : "" }, used ? texts.turnUsed : texts.turnMeans),
    objected === "waiting" && element("p", { class: "note" }, texts.turnWaiting),
    objected === "same" && element("p", { class: "note warm" }, texts.turnSame),
    shared.answer !== null && element("blockquote", {}, shared.answer),
    objected === null &&
      element(
        "details",
        {},
        element("summary", {}, texts.turnObject),
        form(
          async (values) => object(String(values.get("statement")).trim()),
          element("label", { for: "statement" }, texts.turnStatement),
          element("textarea", {
            id: "statement",
            name: "statement",
            rows: "4",
            required: "",
            minlength: "10",
            maxlength: "2000",
          }),
          element("div", { class: "row" }, element("button", {}, texts.turnSend)),
        ),
      ),
  ];
}
