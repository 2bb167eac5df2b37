import { type ChargeId, base32 } from '../kernel';
import type { TransactionId } from '../ports';

/** 50 bits of milliseconds, as ULID has them: enough until the year 10889. */
const timeLength = 10;
/** 60 of the charge id's random bits tell apart charges that moved in the same millisecond. */
const chargeLength = 12;
/** 20 bits: a million events in one charge's stream. */
const versionLength = 4;

/**
 * The id of the transaction that an event makes: `txn_`, the time, the end of the charge's id and the event's
 * version in its stream. It needs no counter and no randomness, so a rebuild makes it again; it sorts by time
 * and tells a merchant nothing about other merchants' volume, as the journal's position would.
 */
export function transactionIdOf(event: {
  readonly chargeId: ChargeId;
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly recordedAt: number;
}): TransactionId {
  const time = base32(event.recordedAt, timeLength);
  return `txn_${time}${event.chargeId.slice(-chargeLength)}${base32(event.version, versionLength)}`;
}
