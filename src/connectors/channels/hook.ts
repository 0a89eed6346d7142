/*
 * The port to a sales channel that must be told about disputed orders, and its one implementation:
 * a signed webhook. A channel with an API of its own gets a folder beside this file.
 */

import { askHook, postHook, type HookSettings } from "../../access/io/hook.ts";

/** The kinds of calls about an order. */
export type ChannelCallKind = "hold" | "release" | "cancel";

/** One call. `refused` is final. Throws if the channel could not be reached or gave no clear answer. */
export type ChannelCall = (
  callId: string,
  order: ChannelOrder,
  signal: AbortSignal,
) => Promise<"done" | "refused">;

/** The port. Calls carry an id, so that a channel can recognise a repeat. */
export interface ChannelPort {
  /** Whether a call with this id has arrived; asked after a crash before the call is repeated. */
  knows(callId: string, signal: AbortSignal): Promise<boolean>;
  /**
   * Do not send the order for now, and the end of that. Null: the channel knows no hold, and is
   * sent nothing before the cancellation.
   */
  readonly hold: { readonly hold: ChannelCall; readonly release: ChannelCall } | null;
  /** The order is cancelled for good. */
  readonly cancel: ChannelCall;
  /** How long after an order the channel cancels it by itself unless it was sent, in ms; null: never. */
  readonly shipAfterMs: number | null;
}

export interface ChannelOrder {
  readonly orderId: string;
  readonly decisionId: string;
}

/** A channel behind a webhook, as the settings have it. */
export interface ChannelHook extends HookSettings {
  /** Whether it takes holds; true where it is left out. */
  readonly hold?: boolean | undefined;
  /** Hours after an order in which it has to be sent. */
  readonly shipByHours?: number | undefined;
}

const HOUR_MS = 3_600_000;

/** The event of each call, and the only status that the channel may show afterwards. */
const EVENTS = {
  hold: { type: "order.held", status: "under_review" },
  release: { type: "order.released", status: "preparing" },
  cancel: { type: "order.cancelled", status: "cancelled_by_seller" },
} as const satisfies Record<ChannelCallKind, unknown>;

/**
 * A channel behind a signed webhook. `GET {url}/{id}` answers 200 for a call that has arrived, else
 * 404.
 */
export function hookChannel(settings: ChannelHook, nowMs: () => number): ChannelPort {
  const caller = (kind: ChannelCallKind): ChannelCall => {
    const { type, status } = EVENTS[kind];
    return async (callId, order, signal) => {
      const timestamp = new Date(nowMs()).toISOString();
      const body = { type, timestamp, data: { ...order, status } };
      const answer = await postHook(settings, { id: callId, body, nowMs: nowMs() }, signal);
      if (answer >= 200 && answer < 300) return "done";
      // 4xx is final, except 408 and 429.
      if (answer >= 400 && answer < 500 && answer !== 429 && answer !== 408) return "refused";
      throw new Error(`the channel answered ${answer}`);
    };
  };
  const takesHolds = settings.hold ?? true;
  return {
    async knows(callId, signal) {
      const status = await askHook(settings, callId, signal);
      if (status === 200) return true;
      if (status === 404) return false;
      throw new Error(`the channel answered ${status}`);
    },
    hold: takesHolds ? { hold: caller("hold"), release: caller("release") } : null,
    cancel: caller("cancel"),
    shipAfterMs: settings.shipByHours === undefined ? null : settings.shipByHours * HOUR_MS,
  };
}
