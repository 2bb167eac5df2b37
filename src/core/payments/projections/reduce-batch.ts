import type { ChargeId } from '../../kernel';
import type { RecordedEvent } from '../../ports';
import { chargeIdOf } from '../use-cases/charge-stream';
import { type ChargeRow, projectCharge } from './charge-row';
import { type RefundRow, changedRefunds } from './refund-row';

/** What a batch of events makes of the read model: the newest state of every row that it touches, once. */
export interface ReducedBatch {
  readonly charges: readonly ChargeRow[];
  readonly refunds: readonly RefundRow[];
}

/** The charges whose rows the batch builds on: those that it touches and does not itself create. */
export function chargesToLoad(events: readonly RecordedEvent[]): readonly ChargeId[] {
  const created = new Set<ChargeId>();
  const needed = new Set<ChargeId>();
  for (const { stream, version } of events) {
    const chargeId = chargeIdOf(stream);
    if (chargeId === null) continue;
    if (version === 1) created.add(chargeId);
    else if (!created.has(chargeId)) needed.add(chargeId);
  }
  return [...needed];
}

/**
 * Folds the events of a batch into the rows that they touch.
 * @param loaded the rows of {@link chargesToLoad} as they stand before the batch
 */
export function reduceBatch(
  events: readonly RecordedEvent[],
  loaded: ReadonlyMap<ChargeId, ChargeRow>,
): ReducedBatch {
  const rows = new Map<ChargeId, ChargeRow>();
  for (const recorded of events) {
    const chargeId = chargeIdOf(recorded.stream);
    if (chargeId === null) continue;
    rows.set(chargeId, projectCharge(rows.get(chargeId) ?? loaded.get(chargeId) ?? null, recorded));
  }
  const charges = [...rows.values()];
  return {
    charges,
    refunds: charges.flatMap((row) => changedRefunds(loaded.get(row.charge.terms.chargeId) ?? null, row)),
  };
}
