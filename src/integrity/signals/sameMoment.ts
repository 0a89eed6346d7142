/* A signal: orders of a group came at one moment. */

import { MOMENT_CAP_BITS } from "../evidence/evidence.ts";
import { momentEvidence } from "../evidence/moment.ts";
import type { MomentSignal } from "../evidence/signal.ts";

/** Orders of a group that came closer together than other buyers' orders do. */
export const sameMoment: MomentSignal = {
  name: "same_moment",
  about: "moment",
  group: "time",
  strength: "weak",
  capBits: MOMENT_CAP_BITS,
  texts: {
    title: { id: "masuk pada saat yang sama", en: "came at the same moment" },
    reason: {
      id: "{orders} pesanan kelompok ini masuk dalam {duration}, jauh lebih rapat daripada pembeli lain",
      en: "{orders} orders of this group came within {duration}, far closer than other buyers' orders",
    },
  },
  evaluate: (moment) => momentEvidence("same_moment", moment),
};
