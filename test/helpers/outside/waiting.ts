export const pause = (ms: number) => new Promise((resume) => setTimeout(resume, ms));

/** Looks again and again until it is so; throws after `mostMs`. */
export async function until(
  what: string,
  done: () => boolean | Promise<boolean>,
  mostMs = 60_000,
): Promise<void> {
  const endMs = performance.now() + mostMs;
  while (!(await done())) {
    if (performance.now() > endMs) throw new Error(`not within ${mostMs} ms: ${what}`);
    await pause(50);
  }
}
