/* A length of time as a reason tells it: whole seconds, never fewer than it was. */

export const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000));
