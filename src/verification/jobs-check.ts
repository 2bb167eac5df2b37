import { readDispatchCheckpoint } from '../adapters/embedded/dispatcher/read-checkpoint';
import { jobId } from '../adapters/embedded/job-queue/job-id';
import { defaultKeepKeysDays } from '../adapters/embedded/job-queue/postgres-job-queue';
import { findJobs } from '../adapters/embedded/job-queue/queries/find-jobs';
import { findStreams } from '../adapters/postgres/journal/queries/find-streams';
import { findUnfollowed } from '../adapters/postgres/journal/queries/find-unfollowed';
import type { Stores } from '../compose/stores';
import { contexts } from '../core/contexts';
import { deadLetterStream } from '../core/jobs';
import type { Job, RecordedEvent } from '../core/ports';
import { type Finding, type Verification, counted, faultAt, sound, unfinished } from './check';

interface AskedJob {
  readonly event: RecordedEvent;
  readonly job: Job;
  readonly id: string;
}

const hourMs = 60 * 60_000;
/** Keys of younger jobs cannot be forgotten yet; an hour is left for a clock that differs from the database's. */
const keysKnownMs = defaultKeepKeysDays * 24 * hourMs - hourMs;

/**
 * Every event up to the dispatcher's checkpoint has its jobs: the key of each is known for as long as keys are kept,
 * and a job that ends with an event has a row, its event, or the decision of an operator that nobody tries it again.
 */
export async function checkJobs(verification: Verification): Promise<Finding> {
  const { stores, feed, progress, mayGoOn, pageLimit } = verification;
  const through = await readDispatchCheckpoint(stores.pools.journal, 'dispatcher');
  const joined = feed.join(progress.jobs.position);
  try {
    while (progress.jobs.position < through) {
      const { position, count } = progress.jobs;
      const page = await joined.read(position, Math.min(pageLimit, through - position));
      const asked = page.filter((event) => event.position <= through).flatMap(jobsOf);
      const fault = await faultIn(stores, asked);
      if (fault !== null) return fault;
      // The check of the journal names a gap in the positions.
      progress.jobs = { position: page.at(-1)?.position ?? through, count: count + asked.length };
      if (progress.jobs.position < through && !mayGoOn()) return unfinished;
    }
  } finally {
    joined.leave();
  }
  return sound(`${counted(progress.jobs.count, 'job')} known, waiting or done`);
}

const jobsOf = (event: RecordedEvent): readonly AskedJob[] =>
  contexts.jobsFor(event).map((job) => ({ event, job, id: jobId(job) }));

async function faultIn({ pools, clock }: Stores, asked: readonly AskedJob[]): Promise<Finding | null> {
  if (asked.length === 0) return null;
  const ids = asked.map(({ id }) => id);
  // The rows first: the event of a job that is done was written before its row was removed.
  const found = await findJobs(pools.journal, ids);
  const knownSinceMs = clock() - keysKnownMs;
  const unknown = asked.find(({ event, id }) => event.recordedAt > knownSinceMs && !found.has(id));
  if (unknown !== undefined)
    return faultOf(unknown, 'key', 'known, because the dispatcher has enqueued the job');
  const lost = await withoutEvent(
    pools,
    asked.filter(({ id }) => found.get(id) !== true),
  );
  return lost === undefined ? null : faultOf(lost, 'row', 'a row, or the event that ends it');
}

/** The first of these jobs that ends with an event and left none, and that no operator has resolved. */
async function withoutEvent(
  { journal }: Stores['pools'],
  gone: readonly AskedJob[],
): Promise<AskedJob | undefined> {
  const without: AskedJob[] = [];
  for (const [job, types] of endingEvents) {
    const named = gone.filter((one) => nameOf(one.job) === job);
    if (named.length > 0) without.push(...(await unfollowed(journal, named, types)));
  }
  if (without.length === 0) return undefined;
  const resolved = await findStreams(
    journal,
    without.map(({ id }) => deadLetterStream(id)),
  );
  return without
    .sort((one, other) => one.event.position - other.event.position)
    .find(({ id }) => !resolved.has(deadLetterStream(id)));
}

const nameOf = ({ queue, name }: Pick<Job, 'queue' | 'name'>): string => `${queue}/${name}`;

const endingEvents = contexts.queues.flatMap(({ name: queue, jobsEndingWithEvent = {} }) =>
  Object.entries(jobsEndingWithEvent).map(([name, types]) => [nameOf({ queue, name }), types] as const),
);

async function unfollowed(
  journal: Stores['pools']['journal'],
  jobs: readonly AskedJob[],
  types: readonly string[],
): Promise<readonly AskedJob[]> {
  const places = jobs.map(({ event }) => ({
    stream: event.stream,
    version: event.version,
    part: contexts.kindOf(event.type)?.partOf(event) ?? null,
  }));
  const partFields = jobs.flatMap(({ event }) => contexts.kindOf(event.type)?.parts ?? []);
  const last = await findUnfollowed(journal, places, {
    types,
    partFields: [...new Set(partFields)],
  });
  const lastPlaces = new Set(last.map(placeOf));
  return jobs.filter(({ event }) => lastPlaces.has(placeOf(event)));
}

const placeOf = ({ stream, version }: { readonly stream: string; readonly version: number }): string =>
  `${stream}/${String(version)}`;

const faultOf = ({ event, job }: AskedJob, field: string, expected: string): Finding =>
  faultAt(`job ${job.queue}/${job.name} ${job.key} of position ${String(event.position)}`, {
    field,
    stored: 'missing',
    expected,
  });
