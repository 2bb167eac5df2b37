import { countFloods } from '../runtime/count-floods';
import { startTimer } from '../adapters/postgres/start-timer';
import { Registry } from 'prom-client';
import { createAuditLog } from '../adapters/postgres/audit/audit-log';
import { buildApp } from '../api/app';
import { createLogger } from '../api/logging/logger';
import { createApiDependencies } from './api-dependencies';
import { startBackgroundVerification } from '../operations/installation/background-verification';
import { openStores, openAccess } from './stores';
import type { Configuration } from '../configuration/configuration';
import {
  type Credentials,
  type PreparedCredentials,
  prepareCredentials,
} from '../operations/installation/credentials';
import { prepareDataFolder } from '../operations/installation/data-folder';
import { startEngine } from './engine';
import { choosePort } from '../operations/process/listening-port';
import { checkDiskRoom } from '../operations/process/disk-room';
import { refuseFewDescriptors } from '../operations/process/file-descriptors';
import { failureInWords } from '../operations/process/failure-in-words';
import { patiently } from '../operations/process/patiently';
import { PspUnavailable } from '../core/ports';
import { drainOf } from '../operations/process/drain';
import { createFailpoints } from '../operations/process/failpoints';
import { loadLocalSecrets } from '../operations/installation/local-secrets';
import { createMetrics } from '../operations/metrics/metrics';
import { type Opened, openAll } from '../operations/process/opened';
import { openPsp } from './psp';
import { startStoreRetention } from './store-retention';
import { createTurns } from '../operations/installation/turns';
import type { BeginStep } from '../operations/process/start-steps';
import { openDatabases } from '../operations/installation/databases';
import { createTrafficMetrics } from '../operations/metrics/traffic-metrics';
import { registerVerification } from '../operations/metrics/verification-metrics';

export interface RunningFinCore {
  readonly credentials: Credentials;
  /** Whether the keys were made by this start: only then are they shown. */
  readonly isNew: boolean;
  /** Stops taking requests, finishes what is in progress, and closes everything. A second call waits for the first. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  readonly configuration: Configuration;
  /** The bundled Stripe simulator. */
  readonly simulatorProgram: string;
  /** The bundled `fincore`, which verifies the books in the background. */
  readonly commandLineProgram: string;
  /** Where a test lets this process die; see failpoints.ts. */
  readonly failpoint?: string | undefined;
  /** Receives progress messages during start-up. */
  readonly tell: (line: string) => void;
  /** Receives the name of each step, and throws when the start is no longer wanted. */
  readonly begin: BeginStep;
  /** Receives the reason when a database is lost for good, after which no request can be accepted. */
  readonly onLost: (error: Error) => void;
}

/** Starts the whole platform on this machine: databases, readers, workers, simulator and API. */
export async function startEmbedded(options: EmbeddedOptions): Promise<RunningFinCore> {
  const { value, stop } = await openAll((opened) => open(options, opened));
  return { ...value, stop };
}

async function open(
  { configuration, simulatorProgram, commandLineProgram, failpoint, tell, begin, onLost }: EmbeddedOptions,
  opened: Opened,
): Promise<PreparedCredentials> {
  begin('the data folder');
  await prepareDataFolder(configuration.dataDirectory);
  const failpoints = createFailpoints(failpoint);
  const log = createLogger({ level: configuration.logLevel });
  const { host } = configuration.http;
  await refuseFewDescriptors();
  begin('the port of the API');
  const port = await choosePort(host, configuration.http.port, configuration.dataDirectory);
  const publicBaseUrl = configuration.http.publicUrl ?? `http://${host}:${String(port)}`;

  tell('Opening the databases.');
  const { dataDirectory } = configuration;
  const secrets = await loadLocalSecrets(dataDirectory);
  const databases = await openDatabases(configuration, { tell, begin, onLost });
  opened.push(() => databases.close());
  const stores = openStores({ ...configuration, ownerUrls: databases.ownerUrls }, databases.urls, log);
  opened.push(() => stores.close());
  const inTurn = createTurns(databases.urls.journal);
  const registry = new Registry();
  const traffic = createTrafficMetrics(registry);
  const opening = openAccess(stores, secrets.operatorKey, failpoints);
  const access = { ...opening, journal: traffic.journal(opening.journal) };

  tell(configuration.psp.kind === 'stripe' ? 'Connecting to Stripe.' : 'Starting the Stripe simulator.');
  begin('the payment service provider');
  const psp = await openPsp({
    configuration,
    secrets,
    simulatorProgram,
    publicBaseUrl,
    tell,
    log,
    failpoints,
    inTurn,
    traffic,
  });
  opened.push(() => psp.stop());

  tell('Starting readers and workers.');
  begin('the job queue and the journal');
  const { gatewayFor } = psp;
  const sealingKey = { value: secrets.sealingKey, version: 'local' };
  const webhooks = {
    sealingKeys: () => Promise.resolve({ current: sealingKey, previous: null }),
    arePrivateAllowed: configuration.arePrivateWebhooksAllowed,
  };
  const engine = await startEngine({
    stores,
    ...access,
    gatewayFor,
    webhooks,
    ...configuration.workers,
    failpoints,
    log,
  });
  opened.push(() => engine.stop());
  const auditLog = countFloods(createAuditLog(stores.pools.audit, { ids: stores.ids, report: log }), {
    startTimer,
  });
  opened.push(() => auditLog.close());
  const { retention } = configuration;
  const forgetting = startStoreRetention({ stores, retention, log, registry });
  opened.push(() => forgetting.stop());

  let isStarted = false;
  const verification = startBackgroundVerification({
    program: commandLineProgram,
    intervalMs: configuration.verifyIntervalMs,
    log,
    onRound: registerVerification(registry),
  });
  opened.push(() => verification.stop());

  tell('Starting the API.');
  begin('the API');
  const app = await buildApp({
    ...createApiDependencies({
      configuration,
      publicBaseUrl,
      stores,
      access,
      streams: engine.streams,
      progressOf: engine.progressOf,
      psp,
      webhooks,
      auditLog,
      log,
      metrics: createMetrics(stores, engine, registry),
      readinessChecks: [
        {
          name: 'start',
          ask: () => (isStarted ? Promise.resolve() : Promise.reject(new Error('starting'))),
          failure: 'the start has not come to its end',
        },
        {
          name: 'disk',
          ask: () => checkDiskRoom(dataDirectory),
          failure: 'the disk of the data folder is full',
        },
      ],
    }),
    onAnswered: traffic.onAnswered,
  });
  opened.push(drainOf(app, configuration.shutdownTimeoutMs));
  await app.listen({ host, port });
  await patiently(() => psp.announce(`http://${host}:${String(port)}/v1/psp/stripe/webhooks`), {
    patienceMsFor: (error) => (error instanceof PspUnavailable ? announcementPatienceMs : 0),
    onWaiting: (error) => tell(`The provider does not answer yet: ${failureInWords(error)} Trying again.`),
    beforeAttempt: () => begin('the webhook endpoint at the simulator'),
  });
  begin('the demo merchant');
  const prepared = await inTurn(() =>
    prepareCredentials({
      configuration,
      publicBaseUrl,
      simulatorUrl: psp.simulatorUrl,
      operatorKey: secrets.operatorKey,
      stores,
      access,
      tell,
    }),
  );
  isStarted = true;
  return prepared;
}

const announcementPatienceMs = 30_000;
