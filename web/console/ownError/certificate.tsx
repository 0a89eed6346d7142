/* A card with the proof that people's decisions give for holding orders without a person. */

import type { Answer } from "../ui/api.ts";
import type { integrityRoutes } from "../../../src/api/planRoutes.ts";
import { Card, Kpis } from "../ui/page.tsx";
import { Table } from "../ui/table.tsx";
import { fill, number, percent, speak } from "../ui/say.ts";
import { OWN_ERROR_WORDS } from "./words.ts";

const words = speak(OWN_ERROR_WORDS);

type Certificate = NonNullable<
  NonNullable<Answer<typeof integrityRoutes.showIntegrity>["error"]>["certificate"]
>;

/** Clusters decided, wrong ones, and the threshold of each promise with what it takes. */
export function CertificateCard({ certificate }: { readonly certificate: Certificate }) {
  const { cases, decidedCases, wrongCases, plainOrders, judgedOrders } = certificate;
  const { delta, holdsPerCase, promises } = certificate;
  return (
    <Card title={words.certTitle}>
      <p className="small">
        {fill(words.certLead, { confidence: percent(1 - delta), k: holdsPerCase })}
      </p>
      <Kpis
        list={[
          [words.certCases, fill(words.certOf, { n: decidedCases, all: cases })],
          [words.certWrong, number(wrongCases)],
          [words.certJudged, fill(words.certOf, { n: judgedOrders, all: plainOrders })],
        ]}
      />
      <Table
        label={words.certTitle}
        heads={[words.certPromise, words.certFrom, words.certNeeded]}
        rows={promises.map(({ alpha, bits, clustersNeeded }) => [
          percent(alpha),
          bits === null ? words.certNone : fill(words.certBits, { n: bits }),
          number(clustersNeeded),
        ])}
      />
      <p className="small">{words.certHelp}</p>
    </Card>
  );
}
