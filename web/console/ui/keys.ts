/* Keyboard shortcuts of pages. */

import { useEffect, useRef } from "react";

/**
 * Whether a key belongs to a field or an open dialog. A dialog that has just closed keeps the focus
 * until the next frame.
 */
export function isTyping(event: KeyboardEvent): boolean {
  const { target, ctrlKey, metaKey, altKey } = event;
  if (ctrlKey || metaKey || altKey) return true;
  return (
    target instanceof HTMLElement &&
    target.closest("input, textarea, select, dialog[open]") !== null
  );
}

/** Registers a page's keys while it is shown. */
export function useKeys(keys: Readonly<Record<string, () => void>>): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (isTyping(event) || event.defaultPrevented) return;
      const work = latest.current[event.key];
      if (!work) return;
      event.preventDefault();
      work();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}
