import type { Sha256, TenantId } from '../kernel';
import {
  type Booking,
  type BookingRules,
  type RecordedEvent,
  type Registry,
  type TransactionId,
  bookingOf,
} from '../ports';
import { transactionIdOf } from './transaction-id';

/** What the ledger needs to know of the contexts whose money it keeps, and the hash of its chains. */
export interface LedgerRules extends BookingRules {
  readonly sha256: Sha256;
}

export const ledgerRules = ({ chart, kindOf }: Registry, sha256: Sha256): LedgerRules => ({
  chart,
  kindOf,
  sha256,
});

/** The booking of one event, with its place in the journal. */
export interface LedgerTransaction extends Booking {
  readonly transactionId: TransactionId;
  readonly tenant: TenantId;
  readonly eventType: string;
  readonly partition: number;
  readonly position: number;
  readonly recordedAt: number;
}

/** The ledger transaction of an event; null for an event that moves no money. */
export function transactionOf(event: RecordedEvent, rules: LedgerRules): LedgerTransaction | null {
  const booking = bookingOf(event, rules);
  if (booking === null) return null;
  return {
    transactionId: transactionIdOf(event),
    tenant: event.tenant,
    eventType: event.type,
    partition: event.partition,
    position: event.position,
    recordedAt: event.recordedAt,
    ...booking,
  };
}
