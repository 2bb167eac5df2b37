import { setTimeout as pause } from 'node:timers/promises';
import { createSqsJobSender } from '../../src/adapters/aws/job-queue/sqs-job-sender';
import { createKinesisPublisher } from '../../src/adapters/aws/kinesis/kinesis-publisher';
import { readRelayCheckpoint } from '../../src/adapters/aws/relay/queries/read-checkpoint';
import { createPostgresJournal } from '../../src/adapters/postgres/journal/postgres-journal';
import { openPool } from '../../src/adapters/postgres/pool';
import { kinesisClient, sqsClient } from '../../src/adapters/aws/clients';
import { beginRelayTerm } from '../../src/operations/relay-term';
import { noMetrics } from '../../src/core/ports';
import type { Target } from '../load/stand-ins';
import { serveProgram } from '../programs';

/** A journal that nothing has been handed on of. */
export interface RelayLoad {
  readonly target: Target;
  readonly databaseUrl: string;
  readonly events: number;
}

const kinesis = kinesisClient('eu-central-1');
const sqs = sqsClient('eu-central-1');
const lookIntervalMs = 10;
const longestMs = 120_000;
const log = { info: () => undefined, warn: console.error, error: console.error };

/** What a relay does that has just become the leader. @returns seconds until its checkpoint has passed every event */
async function handOn({ target, databaseUrl, events }: RelayLoad): Promise<number> {
  const pool = openPool({ connectionString: databaseUrl, size: 4, applicationName: 'fincore-bench' });
  const records = createPostgresJournal({ connectionString: databaseUrl });
  const queues = Object.fromEntries(
    // Nothing is received here, so that there are no dead letters.
    Object.entries(target.queueUrls).map(([name, url]) => [name, { url, deadLetterUrl: url }]),
  );
  const options = {
    records,
    pool,
    publisher: createKinesisPublisher({ client: kinesis, streamName: target.streamName, log }),
    queue: createSqsJobSender({ client: sqs, queues }),
    metrics: noMetrics,
    log,
  };
  const startedAt = performance.now();
  const term = await beginRelayTerm(options);
  try {
    while ((await readRelayCheckpoint(pool)) < events) {
      if (performance.now() - startedAt > longestMs) throw new Error('the relay did not get through');
      await pause(lookIntervalMs);
    }
    return (performance.now() - startedAt) / 1_000;
  } finally {
    await term.end();
    await records.close();
    await pool.end();
  }
}

serveProgram((request) => handOn(request as RelayLoad));
