import type { Client } from 'pg';
import { type BalanceFold, createBalanceFold, noBalances, placeOf } from '../../../core/journal';
import { InvariantViolation } from '../../../core/kernel';
import type { EffectsOf, Feed } from '../../../core/ports';
import { withClient } from '../with-client';

export interface RebuildBalancesOptions {
  readonly feed: Feed;
  readonly effectsOf: EffectsOf;
  /** The owner of the schema: the application's role may not delete a balance. */
  readonly ownerConnectionString: string;
  /** @default 1 */
  readonly partition?: number;
  /** Receives the position after each batch. */
  readonly onProgress?: (position: number) => void;
}

const batchLimit = 500;
const rowsPerInsert = 1_000;
/** How long appends in progress are waited for. */
const lockTimeoutMs = 30_000;

/**
 * Derives every guarded balance from the journal again. Appends go on until all but the newest events are read; they wait
 * while the rest is read and the balances are written.
 * @returns how many balances there are, from how many events
 */
export async function rebuildBalances(
  options: RebuildBalancesOptions,
): Promise<{ readonly balances: number; readonly events: number }> {
  const { feed, effectsOf, partition = 1, ownerConnectionString } = options;
  const fold = createBalanceFold(noBalances, effectsOf);
  await readTo(options, fold, await feed.head());
  const config = {
    connectionString: ownerConnectionString,
    application_name: 'fincore-balances-rebuild',
    connectionTimeoutMillis: 10_000,
    lock_timeout: lockTimeoutMs,
  };
  await withClient(config, async (client) => {
    await client.query('BEGIN');
    const locked = 'SELECT position FROM journal.heads WHERE partition = $1 FOR UPDATE';
    const { rows } = await client.query<{ position: string }>(locked, [partition]);
    await readTo(options, fold, Number(rows[0]?.position ?? 0));
    await client.query('DELETE FROM journal.balances');
    await insert(client, fold);
    await client.query('COMMIT');
  });
  return { balances: fold.amounts().size, events: fold.position() };
}

async function readTo(
  { feed, onProgress }: RebuildBalancesOptions,
  fold: BalanceFold,
  position: number,
): Promise<void> {
  while (fold.position() < position) {
    const events = await feed.read(fold.position(), Math.min(batchLimit, position - fold.position()));
    if (events.length === 0)
      throw new InvariantViolation(`the journal has an event at position ${String(fold.position() + 1)}`);
    const broken = fold.add(events);
    if (broken !== null)
      throw new InvariantViolation(
        `${placeOf(broken.key).balance} is ${String(broken.amountMinor)} after position ${String(broken.position)}, and ${String(broken.floorMinor)} or more`,
      );
    onProgress?.(fold.position());
  }
}

async function insert(client: Client, fold: BalanceFold): Promise<void> {
  const all = [...fold.amounts()];
  for (let begin = 0; begin < all.length; begin += rowsPerInsert) {
    const rows = all.slice(begin, begin + rowsPerInsert);
    const places = rows.map(([key]) => placeOf(key));
    await client.query(
      `INSERT INTO journal.balances (tenant, balance, amount_minor)
       SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])`,
      [
        places.map(({ tenant }) => tenant),
        places.map(({ balance }) => balance),
        rows.map(([, amountMinor]) => amountMinor.toString()),
      ],
    );
  }
}
