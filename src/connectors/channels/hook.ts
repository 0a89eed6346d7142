/*
 * The port to a sales channel that must be told about cancelled orders, and its one implementation:
 * a signed webhook. A channel with an API of its own gets a folder beside this file.
 */

import { askHook, postHook, type HookSettings } from "../../access/io/hook.ts";

/** The port. Calls carry an id, so that a channel can recognise a repeat. */
export interface ChannelPort {
  /** Whether a call with this id has arrived; asked after a crash before the call is repeated. */
  knows(callId: string, signal: AbortSignal): Promise<boolean>;
  /** `refused` is final. Throws if the channel could not be reached or gave no clear answer. */
  cancel(
    callId: string,
    order: ChannelCancellation,
    signal: AbortSignal,
  ): Promise<"done" | "refused">;
}

export interface ChannelCancellation {
  readonly orderId: string;
  readonly decisionId: string;
  /** The only status that the channel may show. */
  readonly status: "cancelled_by_seller";
}

/**
 * A channel behind a signed webhook. `GET {url}/{id}` answers 200 for a call that has arrived, else
 * 404.
 */
export function hookChannel(settings: HookSettings, nowMs: () => number): ChannelPort {
  return {
    async knows(callId, signal) {
      const status = await askHook(settings, callId, signal);
      if (status === 200) return true;
      if (status === 404) return false;
      throw new Error(`the channel answered ${status}`);
    },
    async cancel(callId, order, signal) {
      const body = {
        type: "order.cancelled",
        timestamp: new Date(nowMs()).toISOString(),
        data: order,
      };
      const status = await postHook(settings, { id: callId, body, nowMs: nowMs() }, signal);
      if (status >= 200 && status < 300) return "done";
      // 4xx is final, except 408 and 429.
      if (status >= 400 && status < 500 && status !== 429 && status !== 408) return "refused";
      throw new Error(`the channel answered ${status}`);
    },
  };
}
