import { useEffect, useState } from "react";
import { post } from "./api.ts";

const PAUSE_MS = 400;

export interface Checked<T> {
  /** What was said last: what is shown stays while somebody types on. */
  readonly said: T | null;
  /** Whether that was about the thing as it stands now; what depends on it must wait until it is. */
  readonly fresh: boolean;
}

/** What the server says about something as it stands, a moment after the last change. */
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
