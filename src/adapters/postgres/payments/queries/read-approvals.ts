import type { Pool } from 'pg';

/** How the PSP decided the charges that were made within a time. */
export interface Approvals {
  readonly approved: number;
  readonly declined: number;
}

const text = `
  SELECT count(*) FILTER (WHERE charge.status IN ('authorized', 'succeeded'))::integer AS approved,
    count(*) FILTER (WHERE charge.status = 'failed')::integer AS declined
  FROM payments.charges charge WHERE charge.created_at > clock_timestamp() - make_interval(secs => $1)`;

export async function readApprovals(pool: Pool, withinMs: number): Promise<Approvals> {
  const found = await pool.query<Approvals>(text, [withinMs / 1_000]);
  return found.rows[0] ?? { approved: 0, declined: 0 };
}
