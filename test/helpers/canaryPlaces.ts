/* The permitted places of values, with reasons: all that the canary test lets pass. */

/** Texts that are taken for what they name, and refused as anything else: nothing of them can stay. */
export const NAMES_SOMETHING: readonly string[] = [
  "signInWithToken body.token",
  "enter body.channel",
  "enter body.preferences[]",
  "enter body.work",
  "requestCode body.work",
  "signInOperator body.work",
  "signInWithCode body.asker",
  "paymentEvent body.reference",
  "declareFamily body.accounts[]",
  "proposeCredits body.turns[].ticket",
  "proposeCredits body.turns[].sku",
  "agreeToSubstitute body.family",
  "agreeToSubstitute body.sku",
  ...["listOutbox", "listCases", "listAppeals", "listLog", "search", "listWebhooks"].map(
    (id) => `${id} query.lang`,
  ),
  // The payload that a passkey signs: checked against a key; test/database/people/passkey.test.ts
  // has an authenticator.
  ...["answerStepUp", "addOwnPasskey", "addPasskey", "signInWithPasskey"].flatMap((id) => [
    `${id} body.credential.response.*`,
    `${id} body.credential.clientExtensionResults.*`,
    `${id} body.credential.authenticatorAttachment`,
  ]),
  "addPasskey body.name",
  // Codes of an app or on paper, and values of the login service; a name comes from an invitation.
  ...["giveFactor", "addTotp", "removeTotp", "makeRecoveryCodes"].map((id) => `${id} body.code`),
  // Codes as typed, and what the operator log is searched by.
  ...["signInWithCode", "confirmOrder", "answerStepUp"].map((id) => `${id} body.code`),
  ...["who", "what"].map((name) => `listLog query.${name}`),
  ...["beginLogin body.name", "endLogin body.code", "endLogin body.state", "endLogin body.iss"],
  // Documents with names and numbers of their own, checked field by field; what they say is published.
  ...["checkSale body.*", "rehearse body.policy.*", "checkPolicy body.*"],
  ...["backtestPolicies body.a.*", "backtestPolicies body.b.*"],
];

/** Words that are written to be read by everybody, or by everybody who works here. */
const PUBLIC_WORDS = ["title", "policyName", "message", "correction"];
const STAFF_WORDS = ["staff", "note", "purpose", "handover", "keyName", "exportName"];

/** The caller. */
export type Asker =
  | "anonymous"
  | "buyer"
  | "stranger"
  | "owner"
  | "operator"
  | "reviewer"
  | "approver"
  | "auditor"
  | "program";
export const STAFF: readonly Asker[] = ["owner", "operator", "reviewer", "approver", "auditor"];

export interface Legit {
  readonly kinds: readonly string[];
  /** Method and path, as the route is mounted. */
  readonly at: RegExp;
  readonly who: readonly Asker[];
  readonly why: string;
}

const EVERYBODY: readonly Asker[] = ["anonymous", "buyer", "stranger", ...STAFF, "program"];
const DECIDERS: readonly Asker[] = ["owner", "reviewer", "approver"];

/** Values permitted in each answer. */
export const LEGIT_ANSWERS: readonly Legit[] = [
  { kinds: PUBLIC_WORDS, at: /./, who: EVERYBODY, why: "published" },
  { kinds: STAFF_WORDS, at: /\/v1\/operator/, who: STAFF, why: "colleagues work with it" },
  {
    kinds: ["staff", "keyName", "exportName"],
    at: /^GET \/v1\/operator\/(me|log|people|search|imports(\/:importId)?)$/,
    who: ["program"],
    why: "who works here and what they called their keys and files; nothing about a buyer",
  },
  {
    kinds: ["staff", "session"],
    at: /^POST \/v1\/(operators\/(invitation|session)|sign-in(\/token)?)$/,
    who: ["anonymous"],
    why: "one's own name and session, to whoever has just shown the invitation, password, code or token",
  },
  {
    kinds: ["key"],
    at: /^(POST \/v1\/sign-in(\/token)?|GET .*\/challenge)$/,
    who: ["anonymous", "buyer"],
    why: "a session, and work that is bound to it, carry one's own keys",
  },
  {
    kinds: ["invitation"],
    at: /^POST \/v1\/operator\/invitations$/,
    who: ["owner"],
    why: "said once, to hand on",
  },
  {
    kinds: ["keyToken"],
    at: /^POST \/v1\/operator\/keys$/,
    who: ["owner"],
    why: "said once, to hand on",
  },
  { kinds: ["view"], at: /\/v1\/operator\/views$/, who: ["reviewer"], why: "one's own views" },
  {
    kinds: ["link", "appealAnswer"],
    at: /^GET (\/d\/:link|\/v1\/decisions\/:link)$/,
    who: EVERYBODY,
    why: "the link is the proof: whoever has it reads the decision and its answer",
  },
  {
    kinds: ["appealAnswer", "turnAnswer", "reason"],
    at: /^(GET|POST) \/v1\/(operator\/|me\/|sales\/.*\/mine$)/,
    who: [...STAFF, "buyer"],
    why: "what we answered a buyer, or owe her, and why: for her and for those who work here",
  },
  {
    kinds: ["reason", "appealAnswer"],
    at: /^GET \/v1\/operator\/(entitlements|decisions\/:decisionId(\/dossier)?)$/,
    who: ["program"],
    why: "why a unit is owed and what was answered, in our words",
  },
  {
    kinds: ["statement", "fileName", "fileText"],
    at: /^GET \/v1\/operator\/appeals\/:appealId(\/files\/:fileNo)?$/,
    who: DECIDERS,
    why: "whoever answers an appeal reads it",
  },
  {
    kinds: ["objection"],
    at: /^GET \/v1\/operator\/objections$/,
    who: DECIDERS,
    why: "and an objection",
  },
  {
    kinds: ["crowd"],
    at: /^POST .*\/unmasked$/,
    who: ["reviewer"],
    why: "one order, for a purpose that is logged",
  },
  {
    kinds: ["address", "agent", "device", "own", "payment", "phone", "recipient", "region"],
    at: /^GET \/v1\/me\/data$/,
    who: ["buyer"],
    why: "everything that is kept about oneself",
  },
];

/** Values permitted in each column, readable. */
export const LEGIT_COLUMNS: readonly { kinds: readonly string[]; at: RegExp; why: string }[] = [
  { kinds: PUBLIC_WORDS, at: /./, why: "published" },
  {
    kinds: ["appealAnswer", "turnAnswer", "reason"],
    at: /^(appeal\.answer|(turn|order)_objection\.reason|(entitlement|credit_list)\.reason(_en)?)$/,
    why: "what we answered or owe, in our words; a person's own words are encrypted",
  },
  {
    kinds: ["note", "purpose"],
    at: /^case_event\.detail$/,
    why: "what colleagues wrote about a case, and why they looked",
  },
  {
    kinds: ["purpose"],
    at: /^data_look\.purpose$/,
    why: "told to the buyer whose data were seen",
  },
  {
    kinds: ["staff", "keyName"],
    at: /^(operator\.name|operator_log\.(operator_name|subject)|api_key\.(name|created_by)|appeal\.decided_by)$/,
    why: "who did what stays to be seen",
  },
  { kinds: ["exportName"], at: /^order_import\.(name|summary)$/, why: "the operator's own file" },
  { kinds: ["handover"], at: /^order_status\.handover_reference$/, why: "a courier's number" },
  {
    kinds: ["payment"],
    at: /^payment(_event)?\.(event_id|payment_id)$/,
    why: "the payment service's numbers",
  },
  { kinds: ["view"], at: /^saved_view\.(name|document)$/, why: "how somebody likes to see a list" },
];

/** Tables that stay empty here. */
export const EMPTY: Readonly<Record<string, string>> = {
  audit_claim: "which server analyses a sale just now",
  beacon_round: "rounds of a public beacon",
  carve_out: "counts",
  channel_call: "no channel is to be told here; an order and a state",
  demo_story: "when a demonstration was played, and its tour, encrypted",
  entitlement_substitute: "products, by their codes",
  entry_withdrawn: "keyed hashes",
  error_sample: "drawn orders, by their ids",
  installation: "written by the command line",
  login_attempt: "encrypted; test/database/people/staffLogin.test.ts has some",
  operator_login: "accounts at a login service; test/database/people/staffLogin.test.ts has some",
  operator_totp: "secrets, encrypted; test/database/people/secondFactor.test.ts has some",
  paid_work: "keyed hashes; test/database/servers/countedOnce.test.ts has some",
  recovery_code: "keyed hashes",
  scored_change: "numbers",
  scored_order: "facts, encrypted; test/database/sale/oneSequence.test.ts looks at them",
  scoring: "numbers",
  second_factor_rule: "roles",
  make_good: "entries, by their ids",
  passkey: "public keys; test/database/people/passkey.test.ts has an authenticator",
  passkey_challenge: "keyed hashes",
  payment_misfit: "reports that fit no order; test/database/sale/paymentReports.test.ts has some",
  payment_refund: "refunds, by the payment service's numbers",
  proxy_finding: "names of settings",
  server_fence: "numbers of a server",
  setback: "numbers of a server, and who went on",
  refund_call: "orders, by their ids",
  rule_brake: "rules, by their names",
  sale_pause: "instants",
  sender_way: "figures of a way",
  server: "processes, and how fast they answer; test/database/servers/together.test.ts has some",
  server_failure: "keyed hashes; test/database/cases/credits.test.ts has some",
  session_end: "keyed hashes",
  text_alarm: "an hour and a share of a budget",
  step_up: "what was to be ordered, encrypted; test/database/sale/stepUp.test.ts looks at it",
  window_mark: "counts and waits of a rush",
};

/** Whether a pushed path is the input, a `*` standing for whatever name. */
export function covers(input: string, pushed: string): boolean {
  const pattern = input.replaceAll(/[.[\]()]/g, "\\$&").replaceAll("*", ".+");
  return input === pushed || new RegExp(`^${pattern}$`).test(pushed);
}
