import { expect, it } from "vitest";
import { inLanguage } from "../../../src/base/inLanguage.ts";
import type { Board } from "../../../src/sale/board.ts";
import { statusOf } from "../../../web/buyer/sale/saleStatus.ts";
import { SALE_WORDS } from "../../../web/buyer/sale/words.ts";

const texts = inLanguage(SALE_WORDS, "en");

const status = (
  now: Partial<Pick<Board, "saleState" | "phase">>,
  units: { readonly free?: number; readonly offered?: number } = { free: 10 },
) => {
  const line = { channel: "mi", sku: "A", allotted: 10, free: 0, offered: 0, ordered: 0 };
  const rest = { sold: 0, held: 0, returned: 0, offeredThroughPlaceNo: 0, makeGood: 0 };
  const stock = [{ ...line, ...rest, ...units }];
  return statusOf(texts, { saleState: "live", phase: "open", sealedEntryCount: 10, stock, ...now });
};

it("a status stands out when it is another than that of the phase", () => {
  for (const phase of ["upcoming", "lobby", "open", "over"] as const)
    expect(status({ phase })).toEqual({ text: texts.live[phase], warm: false });
  expect(status({ saleState: "draft" })).toEqual({ text: texts.live.open, warm: false });
  expect(status({ saleState: "paused" })).toEqual({ text: texts.pausedNow, warm: true });
  expect(status({ saleState: "closed" })).toEqual({ text: texts.closed, warm: true });
  expect(status({}, { offered: 1 })).toEqual({ text: texts.soldOutWaitList, warm: true });
  expect(status({}, {})).toEqual({ text: texts.soldOut, warm: true });
});
