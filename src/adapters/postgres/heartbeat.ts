import type { Client } from 'pg';

/** How often a connection that only listens asks for a sign of life, and how long it waits for one. */
export interface Heartbeat {
  readonly intervalMs: number;
  readonly answerTimeoutMs: number;
}

export const defaultHeartbeat: Heartbeat = { intervalMs: 15_000, answerTimeoutMs: 5_000 };

/**
 * Asks the server of a connection that only listens for a sign of life, and ends the connection when none comes within
 * that time: the other side of a lost failover never says that it is gone.
 * @returns stops asking
 */
export function keepAsking(
  client: Client,
  { intervalMs, answerTimeoutMs }: Heartbeat = defaultHeartbeat,
): () => void {
  const question = { text: 'SELECT 1', query_timeout: answerTimeoutMs };
  let isAsking = false;
  const timer = setInterval(() => {
    if (isAsking) return;
    isAsking = true;
    client.query(question).then(
      () => (isAsking = false),
      // Ending a connection on which a statement waits cuts it at once.
      () => void client.end().catch(() => undefined),
    );
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
