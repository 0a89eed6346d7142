/*
 * Texts of the rules that answers carry to a buyer's page. In a third language its script looks
 * their overrides up here.
 */

import { APPEAL_WORDS } from "../../src/cases/appeal/words.ts";
import { LIMIT_WORDS } from "../../src/cases/review/words.ts";
import * as evidenceWords from "../../src/integrity/evidence/words.ts";
import { SIGNALS } from "../../src/integrity/signals/registered.ts";
import * as saleWords from "../../src/sale/words.ts";

export const ANSWER_TEXTS: readonly unknown[] = [
  APPEAL_WORDS,
  LIMIT_WORDS,
  { ...evidenceWords },
  { ...saleWords },
  SIGNALS.map(({ texts }) => texts),
];
