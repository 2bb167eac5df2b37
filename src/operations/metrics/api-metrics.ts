import { Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import type { Stores } from '../../compose/stores';
import { createScrape } from './scrape';
import { createRequestMetrics } from './traffic-metrics';
import { countWaitingAppends } from './waiting-appends';

/** What a scrape of one task sees: the process, and the journal as the task uses it. Alarms look at CloudWatch. */
export function createApiMetrics({ records }: Pick<Stores, 'records'>) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'fincore_' });
  countWaitingAppends(registry, records);
  const database = new Registry();
  const head = new Gauge({
    name: 'fincore_journal_head',
    help: 'Position of the newest event.',
    registers: [database],
  });
  const ask = async () => {
    const position = await records.head();
    return () => head.set(position);
  };
  return {
    onAnswered: createRequestMetrics(registry),
    scrape: createScrape({ process: registry, database, ask }),
  };
}
