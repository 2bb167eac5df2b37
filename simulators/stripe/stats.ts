import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Account } from './store/account';
import { metadataKey as pairKey } from './store/stored';
import type { ChargeState } from './resources/charge-state';

/** How many charges, of which how many took money, and how much of it. */
interface Tally {
  charges: number;
  succeeded: number;
  captured: number;
  refunded: number;
}

/** The metadata key by which merchants tell their payments apart. */
const defaultMetadataKey = 'charge_id';

export interface StatsQuery {
  readonly idempotencyKey?: string;
  /** Only charges whose metadata carries this value. */
  readonly metadataValue?: string;
  readonly metadataKey?: string;
}

/** So many charges are counted per turn of the event loop, so that requests are not kept waiting. */
const batchSize = 2_000;

/** Sums over every charge, for tests that ask whether a payment was charged twice. */
export async function chargeStats(accounts: Iterable<Account>, query: StatsQuery): Promise<object> {
  const { idempotencyKey, metadataValue, metadataKey = defaultMetadataKey } = query;
  const total = newTally();
  const byKey = new Map<string, Tally>();
  const byMetadata = new Map<string, Tally>();
  const captured = new Map<string, number>();
  const refunded = new Map<string, number>();
  let seen = 0;
  for (const charge of candidates(accounts, query)) {
    seen += 1;
    if (seen % batchSize === 0) await nextTurn();
    const value = charge.metadata[metadataKey];
    if (idempotencyKey !== undefined && charge.idempotency_key !== idempotencyKey) continue;
    if (metadataValue !== undefined && value !== metadataValue) continue;
    add(total, charge);
    if (charge.idempotency_key !== null) add(tallyOf(byKey, charge.idempotency_key), charge);
    if (value !== undefined) add(tallyOf(byMetadata, value), charge);
    if (charge.amount_captured > 0) increase(captured, charge.currency, charge.amount_captured);
    if (charge.amount_refunded > 0) increase(refunded, charge.currency, charge.amount_refunded);
  }
  return {
    charges: { total: total.charges, succeeded: total.succeeded, failed: total.charges - total.succeeded },
    captured_by_currency: Object.fromEntries(captured),
    refunded_by_currency: Object.fromEntries(refunded),
    charges_by_idempotency_key: Object.fromEntries(byKey),
    [`charges_by_${metadataKey}`]: Object.fromEntries(byMetadata),
  };
}

/** Every charge, or those that are found by the metadata. */
function* candidates(
  accounts: Iterable<Account>,
  { metadataValue, metadataKey = defaultMetadataKey }: StatsQuery,
): Generator<ChargeState> {
  for (const { collections } of accounts) {
    if (metadataValue === undefined) yield* collections.charge;
    else yield* collections.charge.referring(pairKey(metadataKey, metadataValue));
  }
}

const newTally = (): Tally => ({ charges: 0, succeeded: 0, captured: 0, refunded: 0 });

function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  const known = tallies.get(name);
  if (known !== undefined) return known;
  const made = newTally();
  tallies.set(name, made);
  return made;
}

function add(tally: Tally, charge: ChargeState): void {
  tally.charges += 1;
  // A released authorization took no money, but it was a second hold on the payer's card all the same.
  if (charge.status !== 'failed') tally.succeeded += 1;
  tally.captured += charge.amount_captured;
  tally.refunded += charge.amount_refunded;
}

function increase(sums: Map<string, number>, currency: string, amount: number): void {
  sums.set(currency, (sums.get(currency) ?? 0) + amount);
}
