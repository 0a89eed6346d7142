/* The one button; it is disabled while its action runs, so that a double click acts once. */

import type { ReactNode } from "react";
import type { Act } from "./api.ts";

/** `keys` names its shortcut for the eye and for screen readers; the page registers it. */
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
