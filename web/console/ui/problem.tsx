/* Problem boxes for a failed call, and the placeholder while a call is loading. */

import type { CallError } from "../../ui/call.client.ts";
import { words } from "./say.ts";

type Issues = CallError["errors"];

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

/** What is wrong with something that is being written, field by field. */
export function IssueList({ issues }: { readonly issues: Issues }) {
  if (issues.length === 0) return null;
  return (
    <div className="note bad">
      <IssueItems issues={issues} />
    </div>
  );
}

/** What went wrong, field by field where the server says so. */
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
 * What stands in for something that is still being read, or says that it could not be. What was read before
 * stays on the page: a call that fails once must not take away what somebody is typing.
 */
export function Waiting(props: {
  readonly of: { readonly data: unknown; readonly error: CallError | null };
}) {
  const { data, error } = props.of;
  return error || data ? <Problem of={error} /> : <Loading />;
}
