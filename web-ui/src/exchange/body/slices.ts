/** Long work in short slices, so that the page answers between them. */

/** ms that a slice may hold the page. */
const SLICE_MS = 10;
/** Steps of the work, e.g. bytes, between two looks at the clock. */
const BUDGET = 32 * 1024;

/**
 * Runs `step` until it has a result. The first slice runs before this returns, so that short work is done at once.
 * @param step goes on for at most `budget` steps
 * @throws the signal's reason
 */
export async function inSlices<Result>(
  step: (budget: number) => Result | undefined,
  signal?: AbortSignal,
  rest: () => Promise<void> = breath,
): Promise<Result> {
  for (;;) {
    const until = performance.now() + SLICE_MS;
    do {
      const result = step(BUDGET);
      if (result !== undefined) return result;
    } while (performance.now() < until);
    await rest();
    signal?.throwIfAborted();
  }
}

/** Lets the page handle what waits: input, and drawing. */
function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
