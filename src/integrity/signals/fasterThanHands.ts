/* A signal: an order came faster after its account than hands can. */

import type { OrderSignal } from "../evidence/signal.ts";
import { FLOOR_MS } from "../evidence/speeds.ts";

/** The spike must be this many times what hands explain before it says anything. */
const LEAST_RATIO = 4;
const CAP_BITS = 6;

/** An order that came faster after its account than hands can, worth as much as the event's spike is high. */
export const fasterThanHands: OrderSignal = {
  name: "faster_than_hands",
  about: "order",
  group: "time",
  strength: "strong",
  capBits: CAP_BITS,
  texts: {
    title: { id: "lebih cepat daripada tangan manusia", en: "faster than hands" },
    reason: {
      id: "pesanan masuk {seconds} detik setelah akun dibuat; pola secepat ini {times} kali lebih sering daripada yang wajar untuk tangan manusia",
      en: "ordered {seconds} seconds after the account was made; that is seen {times} times as often as hands explain",
    },
  },
  evaluate: ({ gapMs, fastRatio }) => {
    if (!(gapMs >= 0 && gapMs <= FLOOR_MS) || fastRatio < LEAST_RATIO) return null;
    const facts = { seconds: Math.round(gapMs / 1_000), times: Math.round(fastRatio) };
    const bits = Math.min(CAP_BITS, Math.log2(fastRatio));
    return { signal: "faster_than_hands", bits, p: null, facts };
  },
};
