import { createPaymentsReader } from '../adapters/postgres/payments/payments-reader';
import { type PaymentsFault, chargeIdOf } from '../core/payments';
import { compareCharges } from './charge-comparison';
import { type Finding, type Verification, counted, faultAt, sound, unfinished } from './check';
import { reachOf } from './reach';
import type { JoinedFeed } from './shared-feed';
import { sweepPage } from './stray-rows';

/** Every charge of the journal has its row, as its stream says; and no row is without a charge. */
export async function checkPayments(verification: Verification): Promise<Finding> {
  const { stores, feed, progress } = verification;
  const joined = feed.join(progress.payments.position);
  try {
    const reach = await reachOf(createPaymentsReader(stores.pools.payments), stores.records);
    if (reach.kind === 'beyond') return reach.finding;
    const fault = await compareRows(verification, joined, reach.checkpoint);
    if (fault !== null) return faultOf(fault);
    if (progress.payments.position < reach.checkpoint) return unfinished;
    const stray = await findStray(verification);
    if (stray !== null) return faultOf(stray);
    if (progress.payments.sweep.table !== 'none') return unfinished;
    return sound(`${counted(progress.payments.charges, 'charge')} folded again, ${reach.note}`);
  } finally {
    joined.leave();
  }
}

const faultOf = (fault: PaymentsFault): Finding => faultAt(`${fault.place.kind} ${fault.place.id}`, fault);

async function compareRows(
  { stores, progress, mayGoOn, pageLimit }: Verification,
  feed: JoinedFeed,
  checkpoint: number,
): Promise<PaymentsFault | null> {
  const comparison = compareCharges(stores, checkpoint);
  let compared = progress.payments;
  while (compared.position < checkpoint) {
    const { position, charges } = compared;
    const events = await feed.read(position, Math.min(pageLimit, checkpoint - position));
    const fault = await comparison.take(events);
    if (fault !== null) return fault;
    const begun = events.filter(({ stream, version }) => version === 1 && chargeIdOf(stream) !== null).length;
    compared = {
      ...compared,
      position: events.at(-1)?.position ?? checkpoint,
      charges: charges + begun,
    };
    if (!mayGoOn()) break;
  }
  const fault = await comparison.end();
  // Only now: until the end some charges wait for events that their rows tell of.
  if (fault === null) progress.payments = compared;
  return fault;
}

async function findStray({
  stores,
  progress,
  mayGoOn,
  pageLimit,
}: Verification): Promise<PaymentsFault | null> {
  while (progress.payments.sweep.table !== 'none') {
    const step = await sweepPage(stores, progress.payments.sweep, pageLimit);
    if (step.kind === 'stray') return step.fault;
    progress.payments = { ...progress.payments, sweep: step.next };
    if (!mayGoOn()) break;
  }
  return null;
}
