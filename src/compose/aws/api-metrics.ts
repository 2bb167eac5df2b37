import { Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import type { Books } from '../books';

/** What a scrape of one task sees: the process, and the journal as the task uses it. Alarms look at CloudWatch. */
export function createApiMetrics({ records }: Pick<Books, 'records'>): () => Promise<string> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'fincore_' });
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `fincore_${name}`, help, registers: [registry] });
  const head = gauge('journal_head', 'Position of the newest event.');
  const waiting = gauge('journal_appends_waiting', 'Appends that wait for a commit.');
  return async () => {
    head.set(await records.head());
    waiting.set(records.waiting());
    return registry.metrics();
  };
}
