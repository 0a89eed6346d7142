/* How the share of wrongly accepted orders is computed, with the figures of the sale. */

import type { integrityRoutes } from "../../../src/api/planRoutes.ts";
import { weights } from "../../../src/cases/ownError/ownError.ts";
import type { Answer } from "../ui/api.ts";
import { Card } from "../ui/page.tsx";
import { number, percent, speak } from "../ui/say.ts";
import { Table } from "../ui/table.tsx";
import { OWN_ERROR_WORDS } from "./words.ts";

const words = speak(OWN_ERROR_WORDS);

type OwnError = NonNullable<Answer<typeof integrityRoutes.showIntegrity>["error"]>;

/** Each kind of accepted order, its weight, and its part of the share. */
export function Weighing({ error }: { readonly error: OwnError }) {
  const kinds = weights(error);
  if (kinds.length === 0) return null;
  return (
    <Card title={words.weighing}>
      <p className="small">{words.weighingLead}</p>
      <Table
        label={words.weighing}
        heads={[
          words.kind,
          words.allOrders,
          words.weight,
          words.error.wrong,
          words.error.audited,
          words.adds,
        ]}
        rows={kinds.map(({ stratum, size, weight, wrong, audited, adds }) => [
          words.doubts[stratum],
          number(size),
          percent(weight),
          number(wrong),
          number(audited),
          percent(adds),
        ])}
        foot={[words.error.strata.accepted, "", "", "", "", percent(error.wronglyAccepted.share)]}
      />
    </Card>
  );
}
