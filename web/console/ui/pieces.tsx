import { useEffect, useId, useRef, type ReactNode } from "react";
import type { CallError } from "../../ui/call.client.ts";
import type { Act } from "./api.ts";
import { words } from "./say.ts";

/* The few pieces that all pages are made of. */

export function Page(props: {
  readonly title: string;
  readonly lead?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${props.title} · Giliran`;
  }, [props.title]);
  return (
    <>
      <header className="page-head">
        <div>
          <h1>{props.title}</h1>
          {props.lead && <p className="lead">{props.lead}</p>}
        </div>
        {props.actions && <div className="row">{props.actions}</div>}
      </header>
      {props.children}
    </>
  );
}

export function Card(props: {
  readonly title?: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className="card">
      {props.title && (
        <header className="card-head">
          <h2>{props.title}</h2>
          {props.aside}
        </header>
      )}
      {props.children}
    </section>
  );
}

export function Kpis({ list }: { readonly list: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="kpis">
      {list.map(([label, value]) => (
        <div className="kpi" key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Pill(props: {
  readonly tone?: "plain" | "warm" | "bad" | "quiet";
  readonly children: ReactNode;
}) {
  return <span className={`pill ${props.tone ?? "plain"}`}>{props.children}</span>;
}

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

export function Button(props: {
  readonly act?: Act;
  readonly onClick?: () => void;
  readonly kind?: "plain" | "quiet" | "danger";
  readonly small?: boolean;
  readonly disabled?: boolean;
  readonly submit?: boolean;
  readonly keys?: string;
  readonly children: ReactNode;
}) {
  const { kind = "plain", small, keys, act } = props;
  return (
    <button
      type={props.submit ? "submit" : "button"}
      className={`${kind}${small ? " small" : ""}`}
      disabled={props.disabled || act?.busy}
      aria-keyshortcuts={keys}
      onClick={props.onClick}
    >
      {props.children}
      {keys && <kbd>{keys}</kbd>}
    </button>
  );
}

/** A label and what belongs to it. */
export function Field(props: {
  readonly label: string;
  readonly help?: string;
  readonly children: (id: string, describedBy: string | undefined) => ReactNode;
}) {
  const id = useId();
  const helpId = props.help ? `${id}-help` : undefined;
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      {props.children(id, helpId)}
      {props.help && (
        <p className="small" id={helpId}>
          {props.help}
        </p>
      )}
    </div>
  );
}

export function TextField(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly help?: string;
  readonly type?: string;
  readonly required?: boolean;
  readonly autoComplete?: string;
  readonly rows?: number;
  readonly minLength?: number;
  readonly mono?: boolean;
}) {
  const common = {
    value: props.value,
    required: props.required,
    minLength: props.minLength,
    className: props.mono ? "mono" : undefined,
  };
  return (
    <Field label={props.label} {...(props.help === undefined ? {} : { help: props.help })}>
      {(id, describedBy) =>
        props.rows === undefined ? (
          <input
            id={id}
            type={props.type ?? "text"}
            autoComplete={props.autoComplete ?? "off"}
            aria-describedby={describedBy}
            onChange={(event) => props.onChange(event.target.value)}
            {...common}
          />
        ) : (
          <textarea
            id={id}
            rows={props.rows}
            spellCheck={!props.mono}
            aria-describedby={describedBy}
            onChange={(event) => props.onChange(event.target.value)}
            {...common}
          />
        )
      }
    </Field>
  );
}

export function NumberField(props: {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly least?: number;
}) {
  return (
    <Field label={props.label}>
      {(id) => (
        <input
          id={id}
          type="number"
          min={props.least ?? 0}
          value={props.value}
          onChange={(event) => props.onChange(Number(event.target.value))}
        />
      )}
    </Field>
  );
}

export function SelectField<T extends string>(props: {
  readonly label: string;
  readonly help?: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
}) {
  return (
    <Field label={props.label} {...(props.help === undefined ? {} : { help: props.help })}>
      {(id) => (
        <select
          id={id}
          value={props.value}
          onChange={(event) => props.onChange(event.target.value as T)}
        >
          {props.options.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** The first cell names the row. */
function Row({ cells }: { readonly cells: readonly ReactNode[] }) {
  return (
    <tr>
      {cells.map((cell, at) =>
        at === 0 ? (
          <th scope="row" key={at}>
            {cell}
          </th>
        ) : (
          <td key={at}>{cell}</td>
        ),
      )}
    </tr>
  );
}

/** A table with heads; the first cell of each row names the row. */
export function Table(props: {
  readonly label: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly ReactNode[])[];
  readonly foot?: readonly ReactNode[];
}) {
  return (
    // A table that is wider than its place must be reachable by keys, too.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="scroll" role="group" aria-label={props.label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {props.heads.map((head) => (
              <th scope="col" key={head}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((cells, row) => (
            <Row key={row} cells={cells} />
          ))}
        </tbody>
        {props.foot && (
          <tfoot>
            <Row cells={props.foot} />
          </tfoot>
        )}
      </table>
    </div>
  );
}

/** Nothing here yet, and how that changes. */
export function Empty({ children }: { readonly children: ReactNode }) {
  return <div className="empty">{children}</div>;
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

/** A question over the page; the browser keeps the focus inside. */
export function Dialog(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const node = ref.current;
    if (node && !node.open) node.showModal();
  }, []);
  return (
    <dialog ref={ref} aria-labelledby={titleId} onClose={props.onClose}>
      <header className="card-head">
        <h2 id={titleId}>{props.title}</h2>
        <Button kind="quiet" small onClick={() => ref.current?.close()}>
          {words.close}
        </Button>
      </header>
      {props.children}
    </dialog>
  );
}
