import type { Clock } from '../../core/kernel';
import { resolveDeadLetter } from '../../core/jobs';
import type { DeadLetterRecord, Job, JobHandler, Journal } from '../../core/ports';

const jobName = 'record-resolution';

interface Resolution {
  readonly letter: DeadLetterRecord;
  readonly resolvedBy: string;
  readonly reason: string;
}

/**
 * The job that keeps a resolution in the journal, for an operator who reaches the queue and not the journal. It takes
 * the place of the dead letter, so that the one is durable before the other goes.
 */
export const resolutionJob = (resolution: Resolution): Job => {
  const { letter, resolvedBy, reason } = resolution;
  const { id, job, attempts, cause, failedAt } = letter;
  const { queue, name, key } = job;
  return {
    queue,
    name: jobName,
    key: `${id}/${String(failedAt)}`,
    data: { id, queue, name, key, attempts, cause, failedAt, resolvedBy, reason },
  };
};

/** Records resolutions, and gives every other job to `handler`. */
export const withResolutions =
  (
    handler: JobHandler,
    { journal, clock }: { readonly journal: Journal; readonly clock: Clock },
  ): JobHandler =>
  async (delivered) => {
    if (delivered.name !== jobName) return handler(delivered);
    const data = delivered.data as Readonly<Record<string, string | number>>;
    const text = (name: string) => String(data[name] ?? '');
    const job = { queue: text('queue'), name: text('name'), key: text('key'), data: {} };
    const letter: DeadLetterRecord = {
      id: text('id'),
      job,
      attempts: Number(data['attempts']),
      cause: text('cause'),
      failedAt: Number(data['failedAt']),
    };
    const command = {
      letter,
      resolvedBy: text('resolvedBy'),
      reason: text('reason'),
      resolvedAt: clock(),
    };
    await resolveDeadLetter(journal)(command, delivered.key);
  };
