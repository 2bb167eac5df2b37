import { version } from '../../../package.json';
import { Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import { readUnknownCharges } from '../../adapters/postgres/payments/queries/read-unknown-charges';
import { paymentsReadModel } from '../../core/payments';
import type { Stores } from '../../compose/stores';
import type { Engine } from '../../compose/engine';
import { createScrape } from './scrape';
import { countWaitingAppends } from './waiting-appends';

/** What Prometheus scrapes: the process, the journal, how far each reader is behind, and the queues. */
export function createMetrics(stores: Stores, engine: Engine, registry: Registry): () => Promise<string> {
  collectDefaultMetrics({ register: registry, prefix: 'fincore_' });
  new Gauge({
    name: 'fincore_info',
    help: 'Always 1; names the version that runs.',
    labelNames: ['version'],
    registers: [registry],
  }).set({ version }, 1);
  const database = new Registry();
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name: `fincore_${name}`, help, labelNames: [...labelNames], registers: [database] });
  const head = gauge('journal_head', 'Position of the newest event.');
  const behind = gauge('reader_events_behind', 'Events that a reader has not applied yet.', ['reader']);
  const stuck = gauge(
    'reader_stuck_at',
    'Position of the event that a reader cannot take; 0 while the reader moves.',
    ['reader'],
  );
  const jobs = gauge('jobs', 'Jobs by queue and state.', ['queue', 'state']);
  const oldest = gauge('jobs_oldest_waiting_seconds', 'Age of the oldest job that could run and does not.', [
    'queue',
  ]);
  const unknown = gauge('charges_unknown', 'Charges whose outcome is unknown.');
  const unknownAge = gauge(
    'charges_unknown_oldest_seconds',
    'Age of the oldest charge whose outcome is unknown; 0 when there is none.',
  );
  countWaitingAppends(registry, stores.records);
  const ask = async () => {
    const [position, depths, unknownCharges] = await Promise.all([
      stores.records.head(),
      engine.queue.depths(),
      readUnknownCharges(stores.poolOf(paymentsReadModel)),
    ]);
    return () => {
      head.set(position);
      unknown.set(unknownCharges.count);
      unknownAge.set(unknownCharges.oldestAgeMs / 1_000);
      for (const [reader, following] of engine.readers) {
        behind.set({ reader }, Math.max(0, position - following.position()));
        stuck.set({ reader }, following.stuckAt() ?? 0);
      }
      for (const { queue, waiting, active, dead, oldestWaitingMs } of depths) {
        jobs.set({ queue, state: 'waiting' }, waiting);
        jobs.set({ queue, state: 'active' }, active);
        jobs.set({ queue, state: 'dead' }, dead);
        if (oldestWaitingMs !== null) oldest.set({ queue }, oldestWaitingMs / 1_000);
      }
    };
  };
  return createScrape({ process: registry, database, ask });
}
