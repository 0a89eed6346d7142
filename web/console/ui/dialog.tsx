/* The one modal dialog of the console. */

import { useEffect, useId, useRef, type ReactNode } from "react";
import { Button } from "./button.tsx";
import { words } from "./say.ts";

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
    // Browsers focus the first control, which is the button that closes.
    node?.querySelector<HTMLElement>("input, textarea, select")?.focus();
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
