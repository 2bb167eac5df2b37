import { readRelayCheckpoint } from '../../adapters/aws/relay/queries/read-checkpoint';
import { readOutbox } from '../../adapters/aws/relay/queries/read-outbox';
import { type Approvals, readApprovals } from '../../adapters/postgres/payments/queries/read-approvals';
import { readOldestUnknown } from '../../adapters/postgres/payments/queries/read-oldest-unknown';
import type { Metrics } from '../../core/ports';
import type { Books, Log } from '../books';
import { type Check, type Finding, sound } from '../commands/verify/check';
import { reachOf } from '../commands/verify/reach';
import { type FoundFault, checksOf, firstFault } from '../commands/verify/verify';

/** The books are not what the journal says. */
export class BooksAtFault extends Error {
  override readonly name = 'BooksAtFault';
}

export interface VerificationOptions {
  readonly books: Books;
  readonly counts: Metrics;
  readonly log: Log;
}

const partition = 1;
const dayMs = 24 * 60 * 60_000;
const recentMs = 15 * 60_000;
/** Fewer decisions than this say nothing about a PSP. */
const fewestDecisions = 20;

/**
 * The same checks as `npx fincore verify`, and the ages that alarms watch.
 * @throws BooksAtFault with the first fault, once every number is recorded
 */
export async function verifyAndMeasure({ books, counts, log }: VerificationOptions): Promise<void> {
  const { pools } = books;
  const outbox = await readOutbox(pools.dispatch, partition);
  counts.record('OutboxAgeSeconds', outbox.ageMs / 1_000);
  counts.record('UnknownPaymentAgeSeconds', (await readOldestUnknown(pools.payment)) / 1_000);
  const [day, recent] = [
    await readApprovals(pools.payment, dayMs),
    await readApprovals(pools.payment, recentMs),
  ];
  counts.record('PspSuccessDropPoints', dropPoints(day, recent));
  const relay: Check = { name: 'relay', run: () => checkRelay(books) };
  const found = await firstFault(checksOf(books, relay), { print: (line) => log.info({}, line) });
  counts.record('LedgerImbalance', found !== null && found.check.startsWith('ledger') ? 1 : 0);
  counts.record('ChainBroken', found !== null && breaksChain(found) ? 1 : 0);
  counts.record('VerificationCompleted');
  if (found !== null) throw new BooksAtFault(`${found.check}: ${found.fault}`);
}

/** Percentage points by which the last approvals lie below the day's; 0 when they do not, or are too few to tell. */
export function dropPoints(day: Approvals, recent: Approvals): number {
  if (recent.approved + recent.declined < fewestDecisions) return 0;
  return Math.max(0, percentApproved(day) - percentApproved(recent));
}

const percentApproved = ({ approved, declined }: Approvals): number =>
  (100 * approved) / (approved + declined);

/** The relay keeps nothing to compare but its place: beyond the head, it would leave out what follows. */
async function checkRelay({ records, pools }: Books): Promise<Finding> {
  const checkpoint = () => readRelayCheckpoint(pools.dispatch);
  const reach = await reachOf({ name: 'relay', checkpoint }, records);
  return reach.kind === 'beyond' ? reach.finding : sound(`events handed on ${reach.note}`);
}

/** A gap, an altered seal, or an entry whose hash is not that of its content. */
const breaksChain = ({ check, fault }: FoundFault): boolean =>
  ['journal', 'seals', 'audit'].includes(check) || (check.startsWith('ledger') && /hash/i.test(fault));
