/*
 * Checks something while it is being written, by asking the server a moment after the last change.
 */

import { useEffect, useState } from "react";
import { post } from "./api.ts";

/** Pause after the last change before asking, in ms. */
const PAUSE_MS = 400;

export interface Checked<T> {
  /** The last answer; it stays while the user types on. */
  readonly said: T | null;
  /**
   * Whether the answer is about the current text; everything that depends on it must wait for that.
   */
  readonly fresh: boolean;
}

/** The server's answer about `body`, debounced. */
export function useChecked<T>(path: string, body: unknown): Checked<T> {
  const asText = body === null ? null : JSON.stringify(body);
  const [last, setLast] = useState<{ about: string | null; said: T | null }>({
    about: null,
    said: null,
  });
  useEffect(() => {
    if (asText === null) return;
    let current = true;
    const timer = setTimeout(() => {
      post<T>(path, body).then(
        (said) => current && setLast({ about: asText, said }),
        () => undefined, // the button says what is wrong with the network
      );
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [path, asText]);
  return { said: last.said, fresh: asText !== null && last.about === asText };
}
