import { fromEpochMs } from './epoch-ms';

/**
 * A past time's place in a chain: the sequence of the tenant's last entry that is not later (`<=`), or earlier
 * (`<`), than the time; 0 before the first. Times never run backwards along a chain, so the last one by time
 * is the last one by sequence.
 */
export const sequenceAt = (place: {
  readonly tenant: string;
  readonly timeMs: string;
  readonly comparison: '<=' | '<';
}): string => `
  COALESCE((
    SELECT first_sequence + entry_count - 1 FROM ledger.transactions
    WHERE tenant = ${place.tenant} AND effective_at ${place.comparison} ${fromEpochMs(place.timeMs)}
    ORDER BY effective_at DESC, first_sequence DESC LIMIT 1), 0)`;
