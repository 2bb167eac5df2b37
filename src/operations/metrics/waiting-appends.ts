import { Gauge, type Registry } from 'prom-client';

/** Known by the process itself, and most telling when the database does not answer. */
export const countWaitingAppends = (registry: Registry, records: { waiting(): number }): Gauge =>
  new Gauge({
    name: 'fincore_journal_appends_waiting',
    help: 'Appends that wait for a commit.',
    registers: [registry],
    collect() {
      this.set(records.waiting());
    },
  });
