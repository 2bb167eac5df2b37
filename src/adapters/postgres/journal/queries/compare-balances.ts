import type { Pool } from 'pg';
import type { BalancePlace } from '../../../../core/journal';
import type { TenantId } from '../../../../core/kernel';

/** Stored balances, and the position up to which events had changed them, read at one instant. */
export interface StoredBalances {
  readonly head: number;
  readonly rows: readonly StoredBalance[];
}

export interface StoredBalance extends BalancePlace {
  readonly amountMinor: bigint;
}

interface Row {
  readonly head: string;
  readonly tenant: string | null;
  readonly balance: string | null;
  readonly amount_minor: string | null;
}

const byPlace = `SELECT h.position AS head, b.tenant, b.balance, b.amount_minor
  FROM journal.heads h
  LEFT JOIN (
    unnest($2::text[], $3::text[]) AS n (tenant, balance)
    JOIN journal.balances b ON b.tenant = n.tenant AND b.balance = n.balance
  ) ON true
  WHERE h.partition = $1`;

/** Those of the balances that are stored. */
export async function readBalancesAt(
  pool: Pool,
  partition: number,
  places: readonly BalancePlace[],
): Promise<StoredBalances> {
  const values = [partition, places.map(({ tenant }) => tenant), places.map(({ balance }) => balance)];
  return stored((await pool.query<Row>({ name: 'journal-balances-at', text: byPlace, values })).rows);
}

const following = `SELECT h.position AS head, b.tenant, b.balance, b.amount_minor
  FROM journal.heads h
  LEFT JOIN LATERAL (
    SELECT tenant, balance, amount_minor FROM journal.balances
    WHERE (tenant, balance) > ($2, $3) ORDER BY tenant, balance LIMIT $4
  ) b ON true
  WHERE h.partition = $1 ORDER BY b.tenant, b.balance`;

/** Up to `limit` balances of all tenants after a place, in their order. */
export async function readBalancesAfter(
  pool: Pool,
  partition: number,
  after: BalancePlace | null,
  limit: number,
): Promise<StoredBalances> {
  const values = [partition, after?.tenant ?? '', after?.balance ?? '', limit];
  return stored((await pool.query<Row>({ name: 'journal-balances-after', text: following, values })).rows);
}

function stored(rows: readonly Row[]): StoredBalances {
  const [first] = rows;
  if (first === undefined) throw new Error('the journal has no such partition');
  return {
    head: Number(first.head),
    rows: rows.flatMap(({ tenant, balance, amount_minor }) =>
      tenant === null || balance === null
        ? []
        : [{ tenant: tenant as TenantId, balance, amountMinor: BigInt(amount_minor ?? 0) }],
    ),
  };
}
