import { type ChargeId, assert } from '../../kernel';
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
 * Reduces events that follow position `from` without a gap.
 * @param loaded the rows of {@link chargesToLoad} as they stand at `from`
 */
export function reduceBatch(
  from: number,
  events: readonly RecordedEvent[],
  loaded: ReadonlyMap<ChargeId, ChargeRow>,
): ReducedBatch {
  const rows = new Map<ChargeId, ChargeRow>();
  let position = from;
  for (const recorded of events) {
    assert(
      recorded.position === position + 1,
      `event ${String(recorded.position)} follows ${String(position)}`,
    );
    position = recorded.position;
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
