import { type Currency, assert, isStorableText } from '../kernel';
import type { EventInStream } from './balances';
import type { Chart } from './chart';
import type { Posting, StreamKind } from './context';

/** What the ledger books of an event: postings that balance in every currency, and what the money moved for. */
export interface Booking {
  readonly postings: readonly Posting[];
  readonly subject: string;
  readonly part: string | null;
}

/** 60 of the random bits of the id that ends the stream's name tell apart streams that moved in the same millisecond. */
const endOfStream = /[0-9a-hjkmnp-tv-z]{12}$/;

/** The end of the id in a stream's name, by which the ledger names the transactions of the stream's events. */
export function idAtEndOf(stream: string): string {
  const end = endOfStream.exec(stream)?.[0];
  assert(end !== undefined, `${stream} ends with an id, since its events move money`);
  return end;
}

/** What booking needs to know of the contexts. */
export interface BookingRules {
  readonly chart: Chart;
  /** Null for a type of no context. */
  readonly kindOf: (type: string) => StreamKind | null;
}

/**
 * The booking of an event; null for an event that moves no money. An append asks for it too, so that the journal holds
 * only what the ledger can book.
 * @throws InvariantViolation for a movement that cannot be booked
 */
export function bookingOf(event: EventInStream, { chart, kindOf }: BookingRules): Booking | null {
  const kind = kindOf(event.type);
  const movement = kind?.movementOf(event) ?? null;
  if (kind === null || movement === null) return null;
  const { postings, subject = kind.subjectOf(event.stream), part = kind.partOf(event) } = movement;
  assertBalanced(postings);
  for (const { code } of postings) assert(chart.lineOf(code) !== null, `${code} is in the chart of accounts`);
  idAtEndOf(event.stream);
  for (const name of part === null ? [subject] : [subject, part]) assertName(name, event);
  return { postings, subject, part };
}

/** Subjects are indexed, and everything that a page shows of an entry is short. */
const longestName = 512;

const assertName = (name: string, { type }: EventInStream): void =>
  assert(
    name.length > 0 && name.length <= longestName && isStorableText(name),
    `the ledger can store the ${String(name.length)} characters of a name that ${type} gives`,
  );

/** An account holds a sum of very many of these. */
const largestMinor = 2n ** 63n - 1n;

/** Debits equal credits in every currency, and every posting moves something. */
export function assertBalanced(postings: readonly Posting[]): void {
  assert(postings.length > 0, 'a movement has postings');
  const differenceOf = new Map<Currency, bigint>();
  for (const { side, amount } of postings) {
    const { amountMinor, currency } = amount;
    assert(amountMinor > 0n, `a posting moves more than ${amountMinor.toString()} minor units`);
    assert(amountMinor <= largestMinor, `a posting has 64 bits at most, not ${amountMinor.toString()}`);
    const signed = side === 'debit' ? amountMinor : -amountMinor;
    differenceOf.set(currency, (differenceOf.get(currency) ?? 0n) + signed);
  }
  for (const [currency, difference] of differenceOf)
    assert(difference === 0n, `debits less credits are ${difference.toString()} ${currency}, not zero`);
}
