import { Gauge, type Registry, collectDefaultMetrics } from 'prom-client';
import type { Books } from './books';
import { type Engine, readerNames } from './engine';

/** What Prometheus scrapes: the process, the journal, how far each reader is behind, and the queues. */
export function createMetrics(books: Books, engine: Engine, registry: Registry): () => Promise<string> {
  collectDefaultMetrics({ register: registry, prefix: 'fincore_' });
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name: `fincore_${name}`, help, labelNames: [...labelNames], registers: [registry] });
  const head = gauge('journal_head', 'Position of the newest event.');
  const waiting = gauge('journal_appends_waiting', 'Appends that wait for a commit.');
  const behind = gauge('reader_events_behind', 'Events that a reader has not applied yet.', ['reader']);
  const jobs = gauge('jobs', 'Jobs by queue and state.', ['queue', 'state']);
  const oldest = gauge('jobs_oldest_waiting_seconds', 'Age of the oldest job that could run and does not.', [
    'queue',
  ]);
  return async () => {
    const position = await books.records.head();
    head.set(position);
    waiting.set(books.records.waiting());
    for (const reader of readerNames)
      behind.set({ reader }, Math.max(0, position - engine.readers[reader].position()));
    for (const depth of await engine.queue.depths()) {
      const { queue } = depth;
      jobs.set({ queue, state: 'waiting' }, depth.waiting);
      jobs.set({ queue, state: 'active' }, depth.active);
      jobs.set({ queue, state: 'dead' }, depth.dead);
      if (depth.oldestWaitingMs !== null) oldest.set({ queue }, depth.oldestWaitingMs / 1_000);
    }
    return registry.metrics();
  };
}
