import { type ChargeId, type Difference, missingRow } from '../kernel';
import type { RecordedEvent } from '../ports';
import { firstDifference } from './first-difference';
import { type ChargeRow, projectCharge } from './projections/charge-row';
import { type RefundRow, changedRefunds } from './projections/refund-row';

/** What PaymentDB holds of a charge, read at one moment. */
export interface StoredCharge {
  readonly row: ChargeRow;
  /** In the order of their sequence. */
  readonly refunds: readonly RefundRow[];
}

/** Where PaymentDB is not what the journal says. */
export interface PaymentsFault extends Difference {
  readonly place: { readonly kind: 'charge' | 'refund'; readonly id: string };
}

/**
 * Compares a charge and its refunds in PaymentDB with the fold of its stream, up to the version that the row
 * shows: the reader may move on while it is compared.
 * @param stored null when there is no row
 * @param events the charge's whole stream, read after `stored`
 * @param through the reader's checkpoint before `stored` was read: every event up to it must have taken effect
 */
export function compareCharge(
  chargeId: ChargeId,
  stored: StoredCharge | null,
  events: readonly RecordedEvent[],
  through: number,
): PaymentsFault | null {
  const place = { kind: 'charge', id: chargeId } as const;
  const leastVersion = events.filter(({ position }) => position <= through).length;
  if (stored === null) return leastVersion === 0 ? null : { place, ...missingRow };
  const { version } = stored.row;
  if (version < leastVersion || version > events.length)
    return {
      place,
      field: 'version',
      stored: String(version),
      expected: leastVersion === events.length ? String(leastVersion) : `${String(leastVersion)} or later`,
    };
  const expected = events.slice(0, version).reduce<ChargeRow | null>(projectCharge, null);
  if (expected === null) return { place, field: 'row', stored: 'a row', expected: 'none, it has no event' };
  const fault = compareRefunds(stored.refunds, changedRefunds(null, expected));
  if (fault !== null) return fault;
  const difference = firstDifference(stored.row, expected);
  return difference === null ? null : { place, ...difference };
}

function compareRefunds(stored: readonly RefundRow[], expected: readonly RefundRow[]): PaymentsFault | null {
  const left = new Map(stored.map((row) => [row.refund.refundId, row]));
  for (const row of expected) {
    const { refundId } = row.refund;
    const place = { kind: 'refund', id: refundId } as const;
    const found = left.get(refundId);
    if (found === undefined) return { place, ...missingRow };
    const difference = firstDifference(found, row);
    if (difference !== null) return { place, ...difference };
    left.delete(refundId);
  }
  for (const refundId of left.keys())
    return {
      place: { kind: 'refund', id: refundId },
      field: 'row',
      stored: 'a row',
      expected: 'none, the journal has no such refund of this charge',
    };
  return null;
}
