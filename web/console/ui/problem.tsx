/* Problem boxes for a failed call, and the placeholder while a call is loading. */

import type { CallError } from "../../ui/call.client.ts";
import { words } from "./say.ts";

type Issues = CallError["errors"];

/** Most faults that are shown at once. */
const MOST_ISSUES = 12;

function IssueItems({ issues }: { readonly issues: Issues }) {
  return (
    <ul>
      {issues.slice(0, MOST_ISSUES).map((one) => (
        <li key={`${one.field} ${one.reason}`}>
          <b>{one.field}</b>: {one.reason}
        </li>
      ))}
    </ul>
  );
}

/** Faults of a form while it is being filled, field by field. */
export function IssueList({ issues }: { readonly issues: Issues }) {
  if (issues.length === 0) return null;
  return (
    <div className="note bad">
      <IssueItems issues={issues} />
    </div>
  );
}

/** The error of a call, field by field if the server names them. */
export function Problem({ of }: { readonly of: CallError | null }) {
  if (!of) return null;
  return (
    <div className="note bad" role="alert">
      <p>{of.message}</p>
      {of.errors.length > 0 && <IssueItems issues={of.errors} />}
    </div>
  );
}

export function Loading() {
  return (
    <p className="small" role="status">
      {words.loading}
    </p>
  );
}

/**
 * Shown while something loads or has failed to load. Data read before stay on the page: one failed
 * call must not take away what somebody is typing.
 */
export function Waiting(props: {
  readonly of: { readonly data: unknown; readonly error: CallError | null };
}) {
  const { data, error } = props.of;
  return error || data ? <Problem of={error} /> : <Loading />;
}
