/* The parts of the sale page about the end of a turn, a shared one, a waiting order, objections. */

import { fill, localeOf } from "../../../src/base/language.ts";
import { said } from "../../ui/said.client.ts";
import { element, pageData } from "../../ui/dom.client.ts";
import { forgetTyped, keepTyped } from "../../ui/typed.client.ts";
import type { OwnStatus } from "./ownStatus.ts";
import type { SalePageClientData } from "./salePage.ts";

const { texts, language, nextRound, slug, roundNo } = pageData<SalePageClientData>();

type Form = (
  action: (values: FormData) => Promise<void>,
  ...children: (Node | null)[]
) => HTMLFormElement;

/** Whether a turn is still to come: none was had, and the line has not passed the entry over for good. */
export const isWaiting = ({ offer, place }: OwnStatus): boolean =>
  !offer && place?.state !== "over_limit" && place?.state !== "shared_turn";

/** Whether an objection is under review, or has given her a turn that is still to come. */
export const isHeard = (own: OwnStatus | null): boolean =>
  own?.offer === null && ["waiting", "apart"].includes(own.sharedTurn?.objection ?? "");

/** Whether a place is kept, or how its turn ended. `hopes`: a unit may still come to it. */
export const placeNotes = (own: OwnStatus, hopes: boolean): (Node | false)[] => [
  hopes && element("p", { class: "note" }, texts.joined),
  own.offer?.state === "declined" && element("p", { class: "note warm" }, texts.declined),
  own.offer?.state === "expired" && element("p", { class: "note warm" }, texts.expired),
  own.offer !== null && element("p", {}, texts.turnHad),
];

/** Nothing is left for this place: how many units there were, and what comes next. */
export function notThisTimeParts(unitsCount: number): Node[] {
  const units = new Intl.NumberFormat(localeOf(language)).format(unitsCount);
  return [
    element("h3", {}, texts.notThisTime),
    element("p", {}, fill(texts.notThisTimeWhy, { units })),
    element("p", {}, nextRound ? `${texts.nextRound} ${nextRound}` : texts.noNextRound),
  ];
}

/** After a cancelled order: a decision about it leaves her other rights. */
export const turnNote = ({ state, cancelReason }: NonNullable<OwnStatus["order"]>): Node | false =>
  state === "cancelled" && cancelReason !== "by_decision" && element("p", {}, texts.turnHad);

/** The name under which a statement is kept until it was sent. */
const OBJECTION = `objection ${slug} ${roundNo}`;

type Objecting = (statement: string) => Promise<void>;

/** "We are two different people": a statement that a person reads. */
const objectionForm = (form: Form, object: Objecting): HTMLElement =>
  element(
    "details",
    {},
    element("summary", {}, texts.turnObject),
    keepTyped(
      OBJECTION,
      form(
        async (values) => {
          await object(String(values.get("statement")).trim());
          forgetTyped(OBJECTION);
        },
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
  );

/** Why an order waits for a person, what that means for its unit, and the form to object. */
export function orderHoldParts(
  hold: OwnStatus["orderHold"],
  form: Form,
  object: Objecting,
): (Node | null | false)[] {
  if (!hold) return [];
  const { waits, objection, answer } = hold;
  if (!waits && objection === "apart") return [element("p", { class: "note" }, texts.holdApart)];
  if (!waits) return [];
  return [
    element("h3", {}, texts.holdTitle),
    element("p", {}, `${texts.holdWhy} ${said(hold.reason)}.`),
    element("p", { class: "note" }, texts.holdMeans),
    objection === "waiting" && element("p", { class: "note" }, texts.holdWaiting),
    objection === "same" && element("p", { class: "note warm" }, texts.turnSame),
    answer !== null && element("blockquote", {}, answer),
    objection === null && objectionForm(form, object),
  ];
}

/** Why the turn is shared, what that means, and the form to object. */
export function sharedTurnParts(
  own: OwnStatus,
  form: Form,
  object: Objecting,
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
    objected === null && objectionForm(form, object),
  ];
}
