import type { Pool } from 'pg';
import type { JsonObject } from '../../../../core/kernel';
import { int4Array, textArray } from '../../../postgres/journal/binary-array';
import { leaseLostCause } from '../../../../core/ports';

/** A job that this process may work on until its lease ends. */
export interface LeasedJob {
  readonly id: string;
  readonly lane: string;
  readonly name: string;
  readonly key: string;
  readonly data: JsonObject;
  readonly attempt: number;
  /** The database time of this delivery: no other delivery of the same job has the same one. */
  readonly leasedAt: string;
  /** Since when it could be done, by database time, milliseconds since the epoch. */
  readonly dueAt: number;
  /** An earlier delivery lost its lease: its process died, or its handler was too slow. */
  readonly wasLost: boolean;
  /** It was lost on the last attempt. It is a dead letter now, and not to be worked on. */
  readonly isDead: boolean;
}

/** How many jobs to take from a lane. */
export interface LaneShare {
  readonly lane: string;
  readonly most: number;
  /** Only jobs that were due at this time or later, milliseconds since the epoch; 0 stands for all. */
  readonly dueFrom: number;
}

export interface LeaseRequest {
  readonly queue: string;
  readonly shares: readonly LaneShare[];
  readonly leaseMs: number;
  readonly maxAttempts: number;
}

/**
 * The delivery is counted here, before the handler runs, so that a job that kills its process uses up its attempts
 * too. A lease that ran out is taken over like any other job; after the last attempt the job is a dead letter.
 */
const text = `
  WITH due AS MATERIALIZED (
    SELECT picked.id, picked.was_lost
    FROM unnest($2::text[], $3::integer[], $4::text[]) AS share (lane, most, due_from_ms)
    CROSS JOIN LATERAL (
      SELECT job.id, job.leased_until IS NOT NULL AS was_lost
      FROM jobs.jobs AS job
      WHERE job.queue = $1 AND job.lane = share.lane AND job.state = 'ready'
        AND job.due_at >= to_timestamp(share.due_from_ms::float8 / 1000)
        AND (job.leased_until IS NULL OR job.leased_until < now())
      ORDER BY job.due_at
      LIMIT share.most
      FOR UPDATE SKIP LOCKED
    ) AS picked
  )
  UPDATE jobs.jobs AS job SET
    state = CASE WHEN job.attempts < $6 THEN 'ready' ELSE 'failed' END,
    attempts = CASE WHEN job.attempts < $6 THEN job.attempts + 1 ELSE job.attempts END,
    leased_at = now(),
    leased_until = CASE WHEN job.attempts < $6 THEN now() + $5 * interval '1 ms' END,
    failed_at = CASE WHEN job.attempts < $6 THEN NULL ELSE now() END,
    cause = CASE WHEN job.attempts < $6 THEN job.cause ELSE $7 END
  FROM due
  WHERE job.id = ANY (ARRAY(SELECT id FROM due)) AND job.id = due.id
  RETURNING job.id, job.lane, job.name, job.key, job.data, job.attempts AS attempt, job.leased_at::text AS "leasedAt",
    extract(epoch FROM job.due_at)::float8 * 1000 AS "dueAt", due.was_lost AS "wasLost",
    job.state = 'failed' AS "isDead"`;

/** Takes from each lane as many due jobs as its share allows, the longest due first. */
export async function leaseJobs(pool: Pool, request: LeaseRequest): Promise<readonly LeasedJob[]> {
  const { queue, shares, leaseMs, maxAttempts } = request;
  const leased = await pool.query<LeasedJob>({
    name: 'jobs-lease',
    text,
    values: [
      queue,
      textArray(shares.map(({ lane }) => lane)),
      int4Array(shares.map(({ most }) => most)),
      textArray(shares.map(({ dueFrom }) => String(dueFrom))),
      leaseMs,
      maxAttempts,
      leaseLostCause(leaseMs),
    ],
  });
  return leased.rows;
}
