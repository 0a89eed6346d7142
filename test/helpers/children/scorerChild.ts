import { createHash, randomUUID } from "node:crypto";
import pino from "pino";
import { createKeyring } from "../../../src/access/io/keyring.ts";
import { OrderScorer } from "../../../src/sale/stepUp/io/scorer.ts";
import { connect } from "../../../src/db/connect.ts";
import type { StoredOffer } from "../../../src/sale/io/offerStore.ts";
import { findSale } from "../../../src/sale/io/saleStore.ts";
import { thresholdsOfSale } from "../../../src/cases/policy/io/thresholds.ts";

/* A process that puts one order to a scorer and does not stop it: it ends all the same. */

const { target, slug } = JSON.parse(process.argv[2]!);
const sql = connect(target, { poolSize: 1, name: "scorer child" });
const scorer = new OrderScorer({
  sql,
  keyring: createKeyring(createHash("sha256").update("test").digest()),
  thresholdsOf: thresholdsOfSale,
  logger: pino({ level: "silent" }),
  timeoutMs: 60_000,
});
const sale = (await findSale(sql, slug))!;
const offer = {
  offerId: randomUUID(),
  accountKey: randomUUID(),
  channelNo: 1,
  variantNo: 1,
} as StoredOffer;
const wanted = { paymentMethod: "va", facts: { deviceId: "d" } } as const;
await scorer.score(sale, [{ offer, wanted, nowMs: 0 }]);
await sql.end();
process.stdout.write("looked");
