/* Problem boxes for a failed call, and the placeholder while a call is loading. */

import { Component, type ReactNode } from "react";
import type { CallError } from "../../ui/call.client.ts";
import { isAway, queryClient } from "./api.ts";
import { Button } from "./button.tsx";
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

/** Reads everything again that could not be read. */
const readNow = () =>
  void queryClient.refetchQueries({ predicate: ({ state }) => state.status === "error" });

/** The error of a read: what is away comes back by itself, or at the press of a button. */
export function ReadProblem({ of }: { readonly of: CallError | null }) {
  if (!of || !isAway(of)) return <Problem of={of} />;
  return (
    <div className="note warm" role="alert">
      <p>{of.message}</p>
      <div className="row">
        <Button kind="quiet" onClick={readNow}>
          {words.tryNow}
        </Button>
      </div>
    </div>
  );
}

/**
 * A part of the console whose program could not be loaded, or that broke, says so instead of
 * leaving a white page.
 */
export class Guarded extends Component<{ readonly children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <div className="note warm" role="alert">
        <p>{words.partFailed}</p>
        <div className="row">
          <Button onClick={() => location.reload()}>{words.reload}</Button>
        </div>
      </div>
    );
  }
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
  return error || data ? <ReadProblem of={error} /> : <Loading />;
}
