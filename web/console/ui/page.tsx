/* The frame of a page of the console: its head, cards, figures and pills. */

import { useEffect, type ReactNode } from "react";

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

/** Nothing here yet, and how that changes. */
export function Empty({ children }: { readonly children: ReactNode }) {
  return <div className="empty">{children}</div>;
}
