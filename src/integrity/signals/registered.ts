/*
 * All signals. The order is that in which evidence is listed and summed: of two that are as strong, the first counts
 * whole. A signal counts for nothing until a policy has it in a rule, so a test compares this list with the shipped one.
 */

import { must } from "../../base/assert.ts";
import type {
  GroupSignal,
  IdentifierSignal,
  OrderSignal,
  PatternSignal,
  Signal,
} from "../evidence/signal.ts";
import { accountsMadeTogether } from "./accountsMadeTogether.ts";
import { connectedAccounts } from "./connectedAccounts.ts";
import { fasterThanHands } from "./fasterThanHands.ts";
import { fewDevices } from "./fewDevices.ts";
import { fewPayments } from "./fewPayments.ts";
import { history } from "./history.ts";
import { knownBuyer } from "./knownBuyer.ts";
import { madeUpContacts } from "./madeUpContacts.ts";
import { manySpellings } from "./manySpellings.ts";
import { ownIdentifiers } from "./ownIdentifiers.ts";
import { phonesInARow } from "./phonesInARow.ts";
import { sameMoment } from "./sameMoment.ts";
import { sharedDeclared } from "./sharedDeclared.ts";
import { sharedDevice } from "./sharedDevice.ts";
import { sharedEmail } from "./sharedEmail.ts";
import { sharedPayment } from "./sharedPayment.ts";
import { sharedPhone } from "./sharedPhone.ts";
import { burstMailForm } from "./together/burstMailForm.ts";
import { earlyClient } from "./together/earlyClient.ts";
import { fullLimit } from "./together/fullLimit.ts";
import { madeInABurst } from "./together/madeInABurst.ts";
import { orderedAsABurst } from "./together/orderedAsABurst.ts";

export const SIGNALS: readonly Signal[] = [
  sharedDevice,
  sharedPayment,
  sharedPhone,
  sharedEmail,
  phonesInARow,
  sharedDeclared,
  connectedAccounts,
  fasterThanHands,
  history,
  knownBuyer,
  sameMoment,
  accountsMadeTogether,
  fewDevices,
  fewPayments,
  ownIdentifiers,
  madeUpContacts,
  manySpellings,
  madeInABurst,
  orderedAsABurst,
  burstMailForm,
  earlyClient,
  fullLimit,
];

const BY_NAME: ReadonlyMap<string, Signal> = new Map(
  SIGNALS.map((signal) => [signal.name, signal]),
);

/** The signal of a name that comes from outside, in a policy or a stored decision; undefined if there is none. */
export const findSignal = (name: string): Signal | undefined => BY_NAME.get(name);

/** The signal that evidence is of. Throws if it is not registered. */
export const signalOf = (name: string): Signal => must(BY_NAME.get(name), "a registered signal");

const isAbout = <About extends Signal["about"]>(about: About) => {
  return (signal: Signal): signal is Extract<Signal, { readonly about: About }> =>
    signal.about === about;
};

export const IDENTIFIER_SIGNALS: readonly IdentifierSignal[] = SIGNALS.filter(
  isAbout("identifier"),
);
export const GROUP_SIGNALS: readonly GroupSignal[] = SIGNALS.filter(isAbout("group"));
export const ORDER_SIGNALS: readonly OrderSignal[] = SIGNALS.filter(isAbout("order"));
export const PATTERN_SIGNALS: readonly PatternSignal[] = SIGNALS.filter(isAbout("pattern"));

/** Signals that may ask together with two other weak kinds. */
export const ASKING_SIGNALS: readonly string[] = [
  sameMoment,
  accountsMadeTogether,
  madeUpContacts,
  madeInABurst,
  orderedAsABurst,
  burstMailForm,
  earlyClient,
  fullLimit,
].map(({ name }) => name);
