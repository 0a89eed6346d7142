import { askHook, postHook, type HookSettings } from "../../access/io/hook.ts";

/**
 * A sales channel that must be told when an order of it is cancelled. One port; a channel with an interface
 * of its own gets a folder here, the others take the signed webhook below.
 */
export interface ChannelPort {
  /** Whether a call with this id reached the channel: asked after a crash, before it is made again. */
  knows(callId: string, signal: AbortSignal): Promise<boolean>;
  /** `refused`: the channel will not do it, now or later. Throws when it could not be reached. */
  cancel(
    callId: string,
    order: ChannelCancellation,
    signal: AbortSignal,
  ): Promise<"done" | "refused">;
}

export interface ChannelCancellation {
  readonly orderId: string;
  readonly decisionId: string;
  /** The one status that the channel may show. */
  readonly status: "cancelled_by_seller";
}

/** A channel behind a signed webhook. `GET {url}/{id}` answers 200 for a call that arrived, else 404. */
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
      // 4xx but for "too many" and "timeout": it will say the same tomorrow.
      if (status >= 400 && status < 500 && status !== 429 && status !== 408) return "refused";
      throw new Error(`the channel answered ${status}`);
    },
  };
}
