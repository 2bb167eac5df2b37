import { findStreams } from '../../../adapters/postgres/journal/queries/find-streams';
import { readStreams } from '../../../adapters/postgres/journal/queries/read-streams';
import { createPaymentsReader } from '../../../adapters/postgres/payments/payments-reader';
import { createPaymentQueries } from '../../../adapters/postgres/payments/payment-queries';
import { findStrayRow } from '../../../adapters/postgres/payments/queries/find-stray-row';
import { readStoredCharges } from '../../../adapters/postgres/payments/queries/read-stored-charges';
import type { ChargeId } from '../../../core/kernel';
import {
  type ChargeRow,
  type PaymentRows,
  type PaymentsFault,
  chargeIdOf,
  chargeStream,
  compareCharge,
} from '../../../core/payments';
import type { RecordedEvent } from '../../../core/ports';
import type { Books } from '../../books';
import { type Finding, counted, faultAt, sound } from './check';
import { reachOf } from './reach';

/** Events, or ids, in memory at a time. */
const pageLimit = 500;

/** Every charge of the journal has its row, as its stream says; and no row is without a charge. */
export async function checkPayments(books: Books): Promise<Finding> {
  const reach = await reachOf(createPaymentsReader(books.pools.payment), books.records);
  if (reach.kind === 'beyond') return reach.finding;
  const { checkpoint } = reach;
  let position = 0;
  let charges = 0;
  while (position < checkpoint) {
    const events = await books.records.read(position, Math.min(pageLimit, checkpoint - position));
    const created = events
      .filter(({ version }) => version === 1)
      .flatMap(({ stream }) => chargeIdOf(stream) ?? []);
    const fault = await compareCharges(books, created, checkpoint);
    if (fault !== null) return faultAt(`${fault.place.kind} ${fault.place.id}`, fault);
    charges += created.length;
    position = events.at(-1)?.position ?? checkpoint;
  }
  const extra = (await findExtraCharge(books)) ?? (await findStray(books));
  return extra ?? sound(`${counted(charges, 'charge')} folded again, ${reach.note}`);
}

async function compareCharges(
  { pools }: Books,
  chargeIds: readonly ChargeId[],
  checkpoint: number,
): Promise<PaymentsFault | null> {
  if (chargeIds.length === 0) return null;
  // Rows first: whatever they show is in the journal by the time that it is read.
  const stored = await readStoredCharges(pools.payment, chargeIds);
  const streams = new Map<string, RecordedEvent[]>();
  for (const event of await readStreams(pools.dispatch, chargeIds.map(chargeStream))) {
    const known = streams.get(event.stream);
    if (known === undefined) streams.set(event.stream, [event]);
    else known.push(event);
  }
  for (const chargeId of chargeIds) {
    const events = streams.get(chargeStream(chargeId)) ?? [];
    const fault = compareCharge(chargeId, stored.get(chargeId) ?? null, events, checkpoint);
    if (fault !== null) return fault;
  }
  return null;
}

async function findExtraCharge({ pools }: Books): Promise<Finding | null> {
  const rows: PaymentRows = createPaymentQueries(pools.payment);
  let after: ChargeId | null = null;
  for (;;) {
    const page: readonly ChargeRow[] = await rows.chargesAfter(after, pageLimit);
    const ids = page.map(({ charge }) => charge.terms.chargeId);
    const known = await findStreams(pools.dispatch, ids.map(chargeStream));
    const extra = ids.find((id) => !known.has(chargeStream(id)));
    if (extra !== undefined)
      return faultAt(`charge ${extra}`, {
        field: 'row',
        stored: 'a row',
        expected: 'none, the journal has no such charge',
      });
    after = ids.at(-1) ?? after;
    if (ids.length < pageLimit) return null;
  }
}

async function findStray({ pools }: Books): Promise<Finding | null> {
  const stray = await findStrayRow(pools.payment);
  return stray === null ? null : faultAt(`${stray.kind} ${stray.id}`, stray);
}
