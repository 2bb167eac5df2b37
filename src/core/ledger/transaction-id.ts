import { base32 } from '../kernel';
import { type TransactionId, idAtEndOf } from '../ports';

/** 50 bits of milliseconds, as ULID has them: enough until the year 10889. */
const timeLength = 10;
/** 20 bits: a million events in one stream. */
const versionLength = 4;

/**
 * The id of the transaction that an event makes: `txn_`, the time, the end of the stream's name and the event's
 * version in the stream. It needs no counter and no randomness, so a rebuild makes it again; it sorts by time
 * and tells a merchant nothing about other merchants' volume, as the journal's position would.
 */
export function transactionIdOf(event: {
  readonly stream: string;
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly recordedAt: number;
}): TransactionId {
  const end = idAtEndOf(event.stream);
  return `txn_${base32(event.recordedAt, timeLength)}${end}${base32(event.version, versionLength)}`;
}
