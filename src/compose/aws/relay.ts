import { createSqsJobSender } from '../../adapters/aws/job-queue/sqs-job-sender';
import { createKinesisPublisher } from '../../adapters/aws/kinesis/kinesis-publisher';
import { standForLeadership } from '../../adapters/aws/relay/leadership';
import { createSecretsManagerStore } from '../../adapters/aws/secrets/secrets-manager-store';
import { createPostgresJournal } from '../../adapters/postgres/journal/postgres-journal';
import { openPool } from '../../adapters/postgres/pool';
import { createLogger } from '../../api/logging/logger';
import type { Environment } from '../../configuration/configuration';
import { type Opened, openAll } from '../../operations/process/opened';
import type { BeginStep } from '../../operations/process/start-steps';
import { kinesisClient, secretsClient, sqsClient } from '../../adapters/aws/clients';
import { emitMetrics } from '../../adapters/aws/metrics/emit-metrics';
import { type RelayEnvironment, relayVariables } from './program-variables';
import { parseQueueUrls } from './queue-urls';
import { readEnvironment } from '../../configuration/read-environment';
import { beginRelayTerm } from '../../operations/relay-term';
import { requireRightStage } from './right-stage';
import { openSignIn } from './sign-in';
import { openTracing } from './open-tracing';
import { traceHandOver } from '../../adapters/aws/tracing/trace-hand-over';
import { advisoryLocks } from '../../adapters/postgres/advisory-locks';

export interface RunningRelay {
  isLeader(): boolean;
  /** Finishes the batch in hand and lets another relay lead. A second call waits for the first. */
  readonly stop: () => Promise<void>;
}

const poolSize = 4;

/** The relay: one process of a stage hands the journal on to the stream and to the queues, the others stand by. */
export async function startRelay(environment: Environment, begin: BeginStep): Promise<RunningRelay> {
  const settings = readEnvironment(relayVariables, environment);
  const { value, stop } = await openAll((opened) => open(settings, begin, opened));
  return { isLeader: value.isLeader, stop };
}

async function open(
  settings: RelayEnvironment,
  begin: BeginStep,
  opened: Opened,
): Promise<{ isLeader: () => boolean }> {
  const { FINCORE_REGION: region, FINCORE_JOURNAL_URL: url } = settings;
  const log = createLogger({ level: settings.FINCORE_LOG_LEVEL });
  const queues = parseQueueUrls(settings.FINCORE_QUEUE_URLS);
  const secrets = createSecretsManagerStore({ client: secretsClient(region), log });
  begin('what it signs in to the database with');
  const database = (await openSignIn(settings, secrets))(url);
  const onError = (error: unknown) => log.warn({ err: error }, 'a connection to the database was lost');
  const pool = openPool({
    connectionString: database,
    size: poolSize,
    applicationName: 'fincore-relay',
    onError,
  });
  opened.push(() => pool.end());
  begin('the database of the journal');
  await requireRightStage(pool, url, settings.FINCORE_STAGE);
  const records = createPostgresJournal({ connectionString: database, onError });
  opened.push(() => records.close());
  const metrics = emitMetrics('relay', settings);
  opened.push(() => metrics.close());
  const publisher = createKinesisPublisher({
    client: kinesisClient(region),
    streamName: settings.FINCORE_STREAM_NAME,
    log,
  });
  const queue = createSqsJobSender({ client: sqsClient(region), queues });
  const tracing = openTracing(settings, log);
  if (tracing !== null) opened.push(() => tracing.close());
  const leadership = standForLeadership({
    database,
    lock: advisoryLocks.relayLeader,
    onError: (error) => log.warn({ err: error }, 'the relay does not lead; trying again'),
    async begin() {
      log.info({}, 'the relay leads');
      return beginRelayTerm({
        records,
        pool,
        publisher,
        queue,
        metrics,
        log,
        ...(tracing === null
          ? {}
          : { watch: traceHandOver({ name: 'relay', sender: tracing, clock: Date.now }) }),
        onLook: ({ eventCount, ageMs }) => {
          log.info(
            { unreadEvents: eventCount, unreadMs: Math.round(ageMs) },
            'the relay looked at the journal',
          );
        },
      });
    },
  });
  opened.push(() => leadership.stop());
  return { isLeader: () => leadership.isLeader() };
}
