import { Counter, type Registry } from 'prom-client';
import { forgetRefusals } from '../adapters/postgres/audit/queries/forget-refusals';
import { forgetAnswers } from '../adapters/postgres/journal/queries/forget-answers';
import { startTimer } from '../adapters/postgres/start-timer';
import type { Configuration } from '../configuration/configuration';
import type { Log } from '../core/ports';
import { startRetention } from '../runtime/retention';
import type { Stores } from './stores';

export interface StoreRetention {
  readonly stores: Pick<Stores, 'pools'>;
  readonly log: Log;
  readonly retention: Configuration['retention'];
  /** @default nothing is counted */
  readonly registry?: Registry;
}

/** Forgets answers of idempotency keys and refusals of the audit whose time is over. */
export function startStoreRetention({ stores: { pools }, log, retention, registry }: StoreRetention) {
  const counter = registry === undefined ? null : registerCounter(registry);
  return startRetention(
    [
      {
        name: 'idempotency_keys',
        forget: (limit) => forgetAnswers(pools.journal, retention.keysDays, limit),
      },
      { name: 'refusals', forget: (limit) => forgetRefusals(pools.audit, retention.refusalsDays, limit) },
    ],
    { startTimer, log, onForgotten: (kept, count) => counter?.inc({ kept }, count) },
  );
}

const registerCounter = (registry: Registry) =>
  new Counter({
    name: 'fincore_forgotten_total',
    help: 'Rows that this process has forgotten because their time was over.',
    labelNames: ['kept'],
    registers: [registry],
  });
