import { readBalancesAfter, readBalancesAt } from '../adapters/postgres/journal/queries/compare-balances';
import {
  type BalanceFold,
  type BalanceKey,
  type BrokenFloor,
  balanceKey,
  createBalanceFold,
  type VerifiedBalances,
  placeOf,
} from '../core/journal';
import type { EffectsOf } from '../core/ports';
import { type Finding, type Verification, counted, faultAt, sound, unfinished } from './check';
import type { JoinedFeed } from './shared-feed';

const partition = 1;

interface Walk {
  readonly verification: Verification;
  readonly feed: JoinedFeed;
  readonly fold: BalanceFold;
}

/** Every guarded balance is what its events say, no debit went below its floor, and no balance is without events. */
export async function checkBalances(verification: Verification, effectsOf: EffectsOf): Promise<Finding> {
  const { stores, progress, feed: shared } = verification;
  const fold = createBalanceFold(progress.balances, effectsOf);
  const feed = shared.join(fold.position());
  try {
    const walk = { verification, feed, fold };
    const fault =
      (await deriveTo(walk, await stores.records.head())) ??
      (await compareDue(walk)) ??
      (await sweepStored(walk));
    if (fault !== null) return fault;
    return sound(
      `${counted(fold.amounts().size, 'balance')}, each the sum of its events and above its floor`,
    );
  } finally {
    feed.leave();
  }
}

const keep = ({ verification: { progress }, fold }: Walk, change: Partial<VerifiedBalances> = {}): void => {
  progress.balances = { ...progress.balances, ...fold.derived(), ...change };
};

/** @returns a fault, or that there was no time to come that far */
async function deriveTo(walk: Walk, position: number): Promise<Finding | null> {
  const { verification, feed, fold } = walk;
  while (fold.position() < position) {
    const limit = Math.min(verification.pageLimit, position - fold.position());
    const events = await feed.read(fold.position(), limit);
    const broken = fold.add(events.filter((event) => event.position <= position));
    if (broken !== null) return belowFloor(broken);
    // The check of the journal names the gap.
    if (events.length === 0) return null;
    keep(walk);
    if (fold.position() < position && !verification.mayGoOn()) return unfinished;
  }
  return null;
}

/** Compares the balances that events changed since they were last compared. What changes meanwhile is due next time. */
async function compareDue(walk: Walk): Promise<Finding | null> {
  const { verification, fold } = walk;
  const due = [...fold.due()];
  for (let begin = 0; begin < due.length; begin += verification.pageLimit) {
    const keys = due.slice(begin, begin + verification.pageLimit);
    const found = await readBalancesAt(verification.stores.pools.journal, partition, keys.map(placeOf));
    const stopped = await deriveTo(walk, found.head);
    if (stopped !== null) return stopped;
    const amounts = new Map(found.rows.map((row) => [balanceKey(row), row.amountMinor]));
    for (const key of keys) {
      const expected = fold.amountOf(key);
      const stored = amounts.get(key) ?? null;
      if (stored !== expected) return differs(key, stored, expected);
      fold.compared(key);
    }
    keep(walk);
    if (begin + keys.length < due.length && !verification.mayGoOn()) return unfinished;
  }
  return null;
}

/** Looks once through all stored balances for those that no event has made. */
async function sweepStored(walk: Walk): Promise<Finding | null> {
  const { verification, fold } = walk;
  const { pageLimit, progress, stores, mayGoOn } = verification;
  for (;;) {
    const { sweptTo } = progress.balances;
    if (sweptTo === null) return null;
    const after = sweptTo === 'beginning' ? null : sweptTo;
    const { head, rows } = await readBalancesAfter(stores.pools.journal, partition, after, pageLimit);
    const stopped = await deriveTo(walk, head);
    if (stopped !== null) return stopped;
    for (const row of rows) {
      const key = balanceKey(row);
      if (fold.amountOf(key) === null) return differs(key, row.amountMinor, null);
    }
    const last = rows.at(-1);
    keep(walk, {
      sweptTo:
        last === undefined || rows.length < pageLimit ? null : { tenant: last.tenant, balance: last.balance },
    });
    if (progress.balances.sweptTo !== null && !mayGoOn()) return unfinished;
  }
}

const nameOf = (key: BalanceKey): string => {
  const { tenant, balance } = placeOf(key);
  return `balance ${balance} of ${tenant}`;
};

const differs = (key: BalanceKey, stored: bigint | null, expected: bigint | null): Finding =>
  faultAt(nameOf(key), {
    field: 'amount',
    stored: stored === null ? 'missing' : String(stored),
    expected:
      expected === null
        ? 'no such balance, as no event changes it'
        : `${String(expected)}, as its events say`,
  });

const belowFloor = ({ key, position, amountMinor, floorMinor }: BrokenFloor): Finding =>
  faultAt(nameOf(key), {
    field: `amount after position ${String(position)}`,
    stored: String(amountMinor),
    expected: `${String(floorMinor)} or more`,
  });
