import { InvalidArgumentError } from 'commander';
import { contexts } from '../core/contexts';
import { createPostgresJobQueue } from '../adapters/embedded/job-queue/postgres-job-queue';
import { readResolutions } from '../adapters/postgres/journal/queries/read-resolutions';
import { findForbiddenText } from '../api/json/forbidden-text';
import { maxReasonCharacters, resolveDeadLetter, resolverName } from '../core/jobs';
import { toTimestamp } from '../core/kernel';
import type { DeadLetterRecord, JobOperations, JobSender } from '../core/ports';
import type { Stores } from '../compose/stores';
import { CommandRefused } from '../configuration/command-refused';
import { resolutionJob } from '../workflows/jobs/resolution-job';
import { type CliOutput, table } from './cli-output';

const shownDeadLetters = 100;

/** Prints how much waits in each queue, and the dead letters with their causes. */
export async function jobsList(queue: JobOperations, output: CliOutput, queueName?: string): Promise<void> {
  const isChosen = (name: string) => queueName === undefined || name === queueName;
  const depths = (await queue.depths()).filter((depth) => isChosen(depth.queue));
  const letters = await queue.deadLetters({
    limit: shownDeadLetters,
    ...(queueName === undefined ? {} : { queue: queueName }),
  });
  output.present({
    json: {
      queues: depths.map(({ queue: name, waiting, active, dead, oldestWaitingMs }) => ({
        queue: name,
        waiting,
        active,
        dead,
        oldest_waiting_ms: oldestWaitingMs,
      })),
      dead_letters: letters.map(({ id, job, attempts, cause, failedAt }) => ({
        id,
        failed_at: toTimestamp(failedAt),
        queue: job.queue,
        job: job.name,
        key: job.key,
        attempts,
        cause,
      })),
    },
    lines: [
      ...table(
        ['queue', 'waiting', 'active', 'dead', 'oldest waiting'],
        depths.map(({ queue: name, waiting, active, dead, oldestWaitingMs }) => [
          name,
          String(waiting),
          String(active),
          String(dead),
          oldestWaitingMs === null ? '-' : `${String(Math.round(oldestWaitingMs / 1_000))} s`,
        ]),
        'no queues yet',
      ),
      '',
      ...table(
        ['dead letter', 'since', 'job', 'key', 'attempts', 'cause'],
        letters.map(({ id, job, attempts, cause, failedAt }) => [
          id,
          toTimestamp(failedAt),
          `${job.queue}/${job.name}`,
          job.key,
          String(attempts),
          cause,
        ]),
        'no dead letters',
      ),
    ],
  });
}

/** Prints the dead letters that operators have resolved, the newest first. */
export async function jobsResolved(stores: Stores, output: CliOutput): Promise<void> {
  const resolutions = await readResolutions(stores.pools.journal, shownDeadLetters);
  output.present({
    json: resolutions.map(({ deadLetterId, queue, name, key, cause, resolvedBy, reason, resolvedAt }) => ({
      id: deadLetterId,
      resolved_at: toTimestamp(resolvedAt),
      resolved_by: resolvedBy,
      reason,
      queue,
      job: name,
      key,
      cause,
    })),
    lines: table(
      ['dead letter', 'resolved', 'by', 'job', 'key', 'reason'],
      resolutions.map(({ deadLetterId, queue, name, key, resolvedBy, reason, resolvedAt }) => [
        deadLetterId,
        toTimestamp(resolvedAt),
        resolvedBy,
        `${queue}/${name}`,
        key,
        reason,
      ]),
      'no resolved dead letters',
    ),
  });
}

/** Gives dead letters fresh attempts. */
export async function jobsRedrive(
  queue: JobOperations,
  output: CliOutput,
  query: { readonly queue?: string; readonly id?: string },
): Promise<void> {
  const redriven = await queue.redrive(query);
  if (redriven === 0 && query.id !== undefined) throw new CommandRefused(noSuchLetter(query.id, query.queue));
  output.present({ json: { redriven }, lines: [`redriven ${String(redriven)}`] });
}

export interface ResolveWishes {
  readonly id: string;
  readonly reason: string;
  readonly by: string;
}

/** Keeps a resolution; the letter leaves its queue afterwards. */
type KeepResolution = (resolution: {
  readonly letter: DeadLetterRecord;
  readonly resolvedBy: string;
  readonly reason: string;
}) => Promise<void>;

/** Takes one dead letter out for good, and keeps what it was, who decided, why and when. */
export async function jobsResolve(
  queue: JobOperations,
  output: CliOutput,
  { id, reason, by }: ResolveWishes,
  keep: KeepResolution,
): Promise<void> {
  if (!(await queue.resolve(id, (letter) => keep({ letter, resolvedBy: by, reason }))))
    throw new CommandRefused(noSuchLetter(id));
  output.present({ json: { resolved: id, by, reason }, lines: [`resolved ${id}`] });
}

/** Where the command reaches the journal, it appends the resolution itself. */
export const keepInJournal =
  ({ records, clock, ids }: Stores): KeepResolution =>
  async (resolution) => {
    await resolveDeadLetter(records)({ ...resolution, resolvedAt: clock() }, `cli-${ids()}`);
  };

/** Where it does not, a job that a worker does keeps it. */
export const keepByJob =
  (queue: JobSender): KeepResolution =>
  (resolution) =>
    queue.enqueue([resolutionJob(resolution)]);

export async function withLocalQueue(
  stores: Stores,
  work: (queue: JobSender & JobOperations) => Promise<void>,
): Promise<void> {
  const queue = createPostgresJobQueue({
    connectionString: stores.urls.journal,
    queues: contexts.queues.map(({ name }) => name),
  });
  try {
    await work(queue);
  } finally {
    await queue.close();
  }
}

export function resolutionReason(text: string): string {
  if (text.trim() === '' || Array.from(text).length > maxReasonCharacters)
    throw new InvalidArgumentError(
      `Allowed are 1 to ${String(maxReasonCharacters)} characters, not all blank.`,
    );
  if (findForbiddenText(text) !== null)
    throw new InvalidArgumentError('It holds a control character or what looks like a card number.');
  return text;
}

export function nameOfResolver(text: string): string {
  if (!resolverName.test(text))
    throw new InvalidArgumentError('Allowed are 1 to 64 letters, digits and . _ @ + -.');
  return text;
}

const noSuchLetter = (id: string, queue?: string): string =>
  `There is no dead letter "${id}"${queue === undefined ? '' : ` in the queue ${queue}`}: it was redriven or resolved before, or the id is misspelt. fincore jobs list shows every dead letter.`;
