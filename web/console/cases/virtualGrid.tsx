/* A table of any length that draws only the visible rows. */

import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, type ReactNode } from "react";

export interface Cell {
  readonly name: string;
  readonly content: ReactNode;
}

/** The rest is empty space. Rows carry their number, so that screen readers know the position. */
export function VirtualGrid(props: {
  readonly label: string;
  readonly kind: string;
  readonly heads: readonly string[];
  readonly count: number;
  readonly rowPx: number;
  readonly cells: (index: number) => readonly Cell[];
  /** The row that keys act on; it is scrolled into view. */
  readonly marked?: number;
  /** Called with the visible rows, counted from 0. */
  readonly onSight?: (first: number, last: number) => void;
}) {
  const { count, rowPx, marked, onSight } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count,
    overscan: 12,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
  });
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => onSight?.(first, last), [first, last]);
  useEffect(() => {
    if (marked !== undefined) virtual.scrollToIndex(marked);
  }, [marked]);
  return (
    <div
      ref={scroller}
      className={`virtual ${props.kind}`}
      role="grid"
      aria-label={props.label}
      aria-rowcount={count + 1}
      tabIndex={0}
    >
      <div className="virtual-head" role="row" aria-rowindex={1}>
        {props.heads.map((head) => (
          <span role="columnheader" key={head}>
            {head}
          </span>
        ))}
      </div>
      <div className="virtual-body" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => (
          <div
            key={item.key}
            className="virtual-row"
            role="row"
            aria-rowindex={item.index + 2}
            aria-selected={marked === undefined ? undefined : item.index === marked}
            style={{ transform: `translateY(${item.start}px)`, height: rowPx }}
          >
            {props.cells(item.index).map((cell) => (
              <span role="gridcell" key={cell.name}>
                {cell.content}
              </span>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
