import { readRelayCheckpoint } from '../../adapters/aws/relay/queries/read-checkpoint';
import { readOutbox } from '../../adapters/aws/relay/queries/read-outbox';
import { type Approvals, readApprovals } from '../../adapters/postgres/payments/queries/read-approvals';
import { readUnknownCharges } from '../../adapters/postgres/payments/queries/read-unknown-charges';
import { paymentsReadModel } from '../../core/payments';
import type { Log, Metrics } from '../../core/ports';
import type { Stores } from '../../compose/stores';
import { type Check, type Finding, sound } from '../../verification/check';
import type { RoundOutcome } from '../../verification/passes';
import { noNewestRow, reachOf } from '../../verification/reach';
import type { FoundFault } from '../../verification/verify';
import { verifyPart } from './verify-part';

/** The books are not what the journal says. */
export class BooksAtFault extends Error {
  override readonly name = 'BooksAtFault';
}

export interface VerificationOptions {
  readonly stores: Stores;
  readonly counts: Metrics;
  readonly log: Log;
  /** Time until Lambda ends the function. */
  readonly remainingMs: number;
  /** Events, entries or ids in memory at a time. @default 1000 */
  readonly pageLimit?: number;
  /** Begins a whole pass now. @default false */
  readonly isWhole?: boolean;
}

const partition = 1;
const dayMs = 24 * 60 * 60_000;
const recentMs = 15 * 60_000;
/** For the page that is looked at, the place of a fault, and the numbers: a part ends this long before the function. */
const reserveMs = 60_000;
/** Fewer decisions than this say nothing about a PSP. */
const fewestDecisions = 20;

/**
 * The same checks as `npx fincore verify`, as far as the time of one run reaches, and the ages that alarms watch.
 * @throws BooksAtFault with the first fault, once every number is recorded
 */
export async function verifyAndMeasure(options: VerificationOptions): Promise<void> {
  const { stores, counts, log } = options;
  const deadlineMs = stores.clock() + options.remainingMs - reserveMs;
  await measureAges(options);
  const relay: Check = { name: 'relay', run: () => checkRelay(stores) };
  const { outcome, wholeAgeMs, wholePercent } = await verifyPart({
    ...options,
    carrier: relay,
    deadlineMs,
  });
  counts.record('WholeVerificationAgeSeconds', wholeAgeMs / 1_000);
  counts.record('WholeVerificationPercent', wholePercent);
  recordOutcome(outcome, counts);
  log.info({ outcome: outcome.kind, wholePercent }, 'a part of the books was verified');
  if (outcome.kind === 'fault') throw new BooksAtFault(`${outcome.check}: ${outcome.fault}`);
}

async function measureAges({ stores, counts }: VerificationOptions): Promise<void> {
  const payments = stores.poolOf(paymentsReadModel);
  const outbox = await readOutbox(stores.pools.journal, partition);
  counts.record('OutboxAgeSeconds', outbox.ageMs / 1_000);
  const { oldestAgeMs } = await readUnknownCharges(payments);
  counts.record('UnknownPaymentAgeSeconds', oldestAgeMs / 1_000);
  const [day, recent] = [await readApprovals(payments, dayMs), await readApprovals(payments, recentMs)];
  counts.record('PspSuccessDropPoints', dropPoints(day, recent));
}

/**
 * That there is no fault is said only when nothing is left to look at: an alarm stays as it is while the pass that
 * will come to the fault again is on its way there.
 */
function recordOutcome(outcome: RoundOutcome, counts: Metrics): void {
  switch (outcome.kind) {
    case 'sound':
      counts.record('LedgerImbalance', 0);
      counts.record('ChainBroken', 0);
      break;
    case 'fault':
      if (outcome.check.startsWith('ledger')) counts.record('LedgerImbalance', 1);
      if (breaksChain(outcome)) counts.record('ChainBroken', 1);
      break;
    case 'unfinished':
      if (outcome.at === 'new') return;
  }
  counts.record('VerificationCompleted');
}

/** Percentage points by which the last approvals lie below the day's; 0 when they do not, or are too few to tell. */
export function dropPoints(day: Approvals, recent: Approvals): number {
  if (recent.approved + recent.declined < fewestDecisions) return 0;
  return Math.max(0, percentApproved(day) - percentApproved(recent));
}

const percentApproved = ({ approved, declined }: Approvals): number =>
  (100 * approved) / (approved + declined);

/** The relay keeps nothing to compare but its place: beyond the head, it would leave out what follows. */
async function checkRelay({ records, pools }: Stores): Promise<Finding> {
  const checkpoint = () => readRelayCheckpoint(pools.journal);
  const reach = await reachOf({ name: 'relay', checkpoint }, records, noNewestRow);
  return reach.kind === 'beyond' ? reach.finding : sound(`events handed on ${reach.note}`);
}

/** A gap, an altered seal, or an entry whose hash is not that of its content. */
const breaksChain = ({ check, fault }: FoundFault): boolean =>
  ['journal', 'seals', 'audit'].includes(check) || (check.startsWith('ledger') && /hash/i.test(fault));
