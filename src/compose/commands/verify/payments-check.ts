import { findStreams } from '../../../adapters/postgres/journal/queries/find-streams';
import { createPaymentsReader } from '../../../adapters/postgres/payments/payments-reader';
import { createPaymentQueries } from '../../../adapters/postgres/payments/payment-queries';
import { findStrayRow } from '../../../adapters/postgres/payments/queries/find-stray-row';
import type { ChargeId } from '../../../core/kernel';
import { type ChargeRow, type PaymentRows, chargeIdOf, chargeStream } from '../../../core/payments';
import type { Books } from '../../books';
import { compareCharges } from './charge-comparison';
import { type Finding, type Verification, counted, faultAt, sound } from './check';
import { reachOf } from './reach';

/** Events, or ids, in memory at a time. */
const pageLimit = 1_000;

/** Every charge of the journal has its row, as its stream says; and no row is without a charge. */
export async function checkPayments({ books, feed, progress }: Verification): Promise<Finding> {
  const isWhole = progress.payments.position === 0;
  const joined = feed.join(progress.payments.position);
  try {
    const reach = await reachOf(createPaymentsReader(books.pools.payment), books.records);
    if (reach.kind === 'beyond') return reach.finding;
    const { checkpoint } = reach;
    const comparison = compareCharges(books, checkpoint);
    while (progress.payments.position < checkpoint) {
      const { position, charges } = progress.payments;
      const events = await joined.read(position, Math.min(pageLimit, checkpoint - position));
      const fault = await comparison.take(events);
      if (fault !== null) return faultAt(`${fault.place.kind} ${fault.place.id}`, fault);
      const begun = events.filter(
        ({ stream, version }) => version === 1 && chargeIdOf(stream) !== null,
      ).length;
      progress.payments = { position: events.at(-1)?.position ?? checkpoint, charges: charges + begun };
    }
    const fault = await comparison.end();
    if (fault !== null) return faultAt(`${fault.place.kind} ${fault.place.id}`, fault);
    // Rows that nothing in the journal speaks of can be anywhere: they are looked for by those who begin anew.
    const extra = isWhole ? ((await findExtraCharge(books)) ?? (await findStray(books))) : null;
    return extra ?? sound(`${counted(progress.payments.charges, 'charge')} folded again, ${reach.note}`);
  } finally {
    joined.leave();
  }
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
