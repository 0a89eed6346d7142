/* The one table of the console. */

import type { ReactNode } from "react";

/** The first cell is the row's header. */
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

/** A table with headers; the first cell of each row is its header. */
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
