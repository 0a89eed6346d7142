/* The frame of a page of the console: its head, cards, figures and pills. */

import { useEffect, type ReactNode } from "react";

/** A page with its heading; sets the document's title as well. */
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

/** A section of a page. */
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

/** Key figures: label and value. */
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

/** A short label; its tone is a colour, and its text must say the same. */
export function Pill(props: {
  readonly tone?: "plain" | "warm" | "bad" | "quiet";
  readonly children: ReactNode;
}) {
  return <span className={`pill ${props.tone ?? "plain"}`}>{props.children}</span>;
}

/** An empty list, with how to change that. */
export function Empty({ children }: { readonly children: ReactNode }) {
  return <div className="empty">{children}</div>;
}
