import type { ClientBase } from 'pg';
import { type Job, laneOf } from '../../../../core/ports';
import { textArray } from '../../../postgres/journal/binary-array';
import { jobId } from '../job-id';

const text = `SELECT jobs.enqueue($1::text[]::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
  $7::text[]::float8[])`;

/** One statement never carries more; a transaction may hold several. */
const largestBatch = 1_000;

interface Row {
  readonly id: string;
  readonly job: Job;
}

/** Enqueues within the transaction that the client has open, and ignores keys that are known. */
export async function enqueueJobs(client: Pick<ClientBase, 'query'>, jobs: readonly Job[]): Promise<void> {
  const rows = jobs.map((job): Row => ({ id: jobId(job), job })).sort(byId);
  const distinct = rows.filter(({ id }, index) => id !== rows[index - 1]?.id);
  for (let from = 0; from < distinct.length; from += largestBatch) {
    const batch = distinct.slice(from, from + largestBatch);
    const column = (value: (row: Row) => string) => textArray(batch.map(value));
    await client.query({
      name: 'jobs-enqueue',
      text,
      values: [
        column(({ id }) => id),
        column(({ job }) => job.queue),
        column(({ job }) => laneOf(job)),
        column(({ job }) => job.name),
        column(({ job }) => job.key),
        column(({ job }) => JSON.stringify(job.data)),
        column(({ job }) => String(job.delayMs ?? 0)),
      ],
    });
  }
}

const byId = (left: Row, right: Row): number => (left.id < right.id ? -1 : Number(left.id > right.id));
