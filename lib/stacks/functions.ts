import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StoreName } from '../../src/configuration/store-names';
import { contexts } from '../../src/core/contexts';
import type { StageConfiguration } from '../config/stage-configuration';
import {
  everyStore,
  queueEnvironment,
  stageEnvironment,
  storeEnvironment,
} from '../constructs/program-environment';
import { constructName } from '../constructs/construct-name';
import { databaseUserOf } from '../constructs/database-users';
import { FunctionReleases } from '../constructs/function-releases';
import { QueueWorker } from '../constructs/queue-worker';
import { publicUrlOf } from '../config/public-url';
import { ScheduledJob } from '../constructs/scheduled-job';
import type { StageFunction } from '../constructs/stage-function';
import { StreamReader } from '../constructs/stream-reader';
import type { DataStack } from './data';
import type { NetworkStack } from './network';
import type { StreamingStack } from './streaming';

export interface FunctionsStackProps extends StackProps {
  readonly configuration: StageConfiguration;
  readonly network: NetworkStack;
  readonly data: DataStack;
  readonly streaming: StreamingStack;
}

/** Everything that follows from an event: work at the PSP, read models, the ledger, the audit log, the proof of the books. */
export class FunctionsStack extends Stack {
  /** One for each context that has jobs. */
  readonly workers: readonly QueueWorker[];
  /** One for each read model, and those of the ledger and of the audit. */
  readonly readers: readonly StreamReader[];
  readonly verification: ScheduledJob;
  private readonly releases: FunctionReleases;

  constructor(scope: Construct, id: string, props: FunctionsStackProps) {
    super(scope, id, props);
    this.releases = new FunctionReleases(this, 'Releases', props.configuration.stage);
    this.workers = contexts.workers.map((context) => this.createWorker(context, props));
    this.readers = contexts.streamReaders.map((name) => this.createReader(name, props));
    this.verification = this.createVerification(props);
  }

  get all(): readonly StageFunction[] {
    return [...this.workers, ...this.readers, this.verification].map((each) => each.function);
  }

  private createWorker(
    context: (typeof contexts.workers)[number],
    { configuration, network, data, streaming }: FunctionsStackProps,
  ): QueueWorker {
    const { vpc, operationsKey } = network;
    const { memoryMiB, maximumConcurrency } = configuration.functions.worker;
    const databaseUser = databaseUserOf('worker');
    const name = `worker-${context.name}`;
    const asksProviders = context.asksProviders === true;
    const opensSecrets = context.opensSecrets === true;
    const worker = new QueueWorker(this, constructName(name), {
      releases: this.releases,
      configuration,
      vpc,
      operationsKey,
      name,
      bundle: 'worker',
      databaseUser,
      description: `Does the jobs of ${context.name}`,
      memoryMiB,
      maximumConcurrency,
      queues: streaming.queues.filter(({ name: queue }) =>
        context.queues.some((declared) => declared.name === queue),
      ),
      environment: {
        ...stageEnvironment(configuration),
        FINCORE_DATABASE_AUTH: 'iam',
        ...storeEnvironment(data, databaseUser, 'function', ['journal']),
        ...queueEnvironment(streaming, (value) => this.toJsonString(value)),
        FINCORE_WORKER: context.name,
        ...(asksProviders
          ? {
              FINCORE_PUBLIC_URL: publicUrlOf(configuration),
              FINCORE_STRIPE_SECRET_ARN: data.stripeSecret.secretArn,
            }
          : {}),
        ...(opensSecrets ? { FINCORE_SEALING_SECRET_ARN: data.sealingSecret.secretArn } : {}),
      },
    });
    const caller = { network: worker.function, identity: worker.function };
    data.stores.admit(caller, databaseUser, 'function');
    if (asksProviders) data.stripeSecret.grantRead(worker.function);
    if (opensSecrets) data.sealingSecret.grantRead(worker.function);
    return worker;
  }

  private createReader(
    name: string,
    { configuration, network, data, streaming }: FunctionsStackProps,
  ): StreamReader {
    const { memoryMiB, batchSize } = configuration.functions.readers;
    const databaseUser = databaseUserOf(name);
    const store = storeOf(name);
    const reader = new StreamReader(this, constructName(name), {
      configuration,
      vpc: network.vpc,
      operationsKey: network.operationsKey,
      name,
      bundle: 'reader',
      databaseUser,
      description: `Keeps the ${store === 'readModels' ? `read model ${name}` : name} as the journal says`,
      memoryMiB,
      batchSize,
      releases: this.releases,
      stream: streaming.stream,
      parkedBatches: streaming.parkedBatches,
      environment: {
        ...stageEnvironment(configuration),
        // What a batch leaves out is read from the journal.
        FINCORE_DATABASE_AUTH: 'iam',
        ...storeEnvironment(data, databaseUser, 'function', ['journal', store]),
        FINCORE_READER: name,
        FINCORE_PARKING_BUCKET: streaming.parkedBatches.bucketName,
      },
    });
    const caller = { network: reader.function, identity: reader.function };
    data.stores.admit(caller, databaseUser, 'function');
    if (store === 'ledger' && data.ledger !== data.stores)
      data.ledger.admit(caller, databaseUser, 'function');
    return reader;
  }

  private createVerification({ configuration, network, data }: FunctionsStackProps): ScheduledJob {
    const { memoryMiB, everyMinutes } = configuration.functions.verification;
    const verification = new ScheduledJob(this, 'Verification', {
      configuration,
      vpc: network.vpc,
      operationsKey: network.operationsKey,
      releases: this.releases,
      name: 'verification',
      databaseUser: databaseUserOf('verification'),
      description: 'Proves the books: sums, chains, and that nothing waits unread',
      memoryMiB,
      // The function ends a minute before, and the next run goes on where it stopped: two runs never meet.
      timeout: Duration.minutes(Math.min(longestRunMinutes, everyMinutes)),
      every: Duration.minutes(everyMinutes),
      environment: {
        ...stageEnvironment(configuration),
        FINCORE_DATABASE_AUTH: 'iam',
        ...storeEnvironment(data, databaseUserOf('verification'), 'function', everyStore),
      },
    });
    const caller = { network: verification.function, identity: verification.function };
    for (const store of data.clusters) store.admit(caller, databaseUserOf('verification'), 'function');
    return verification;
  }
}

/** @source Lambda quotas: function timeout */
const longestRunMinutes = 15;

/** The store that a reader keeps: one of its own, or a schema among the read models. */
const storeOf = (reader: string): StoreName =>
  reader === 'ledger' || reader === 'audit' ? reader : 'readModels';
