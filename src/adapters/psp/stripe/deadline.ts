export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

/**
 * The work's outcome, or `DeadlinePassed` after `timeoutMs`. The work goes on unheard: its own timeouts end it.
 * Bounds what the `stripe` package's timeout does not: connecting, waiting for a connection, and answers that trickle.
 */
export const withDeadline = <Value>(work: () => Promise<Value>, timeoutMs: number): Promise<Value> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new DeadlinePassed(`No answer within ${timeoutMs} ms.`)),
      timeoutMs,
    );
    work()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
