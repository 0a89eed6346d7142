/*
 * Texts that a tab remembers until it is closed. Browsers may forbid storage; then it is remembered as
 * long as the page is open, and nothing else changes.
 */

const inMemory = new Map<string, string>();

/** The text kept under a name; null without one. */
export function readKept(name: string): string | null {
  try {
    return sessionStorage.getItem(name) ?? inMemory.get(name) ?? null;
  } catch {
    return inMemory.get(name) ?? null;
  }
}

/** Forgets everything whose name begins so. */
export function forgetKept(prefix: string): void {
  for (const name of [...inMemory.keys(), ...storedNames()]) {
    if (name.startsWith(prefix)) writeKept(name, null);
  }
}

function storedNames(): string[] {
  try {
    return Object.keys(sessionStorage);
  } catch {
    return [];
  }
}

/** Keeps a text under a name; null forgets it. */
export function writeKept(name: string, text: string | null): void {
  if (text === null) inMemory.delete(name);
  else inMemory.set(name, text);
  try {
    if (text === null) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, text);
  } catch {
    // Forbidden or full: the page itself still knows.
  }
}
