import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StoreName } from '../../src/configuration/store-names';
import type { StageConfiguration } from '../config/stage-configuration';
import {
  everyStore,
  queueEnvironment,
  stageEnvironment,
  storeEnvironment,
} from '../constructs/program-environment';
import { databaseUsers } from '../constructs/database-users';
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
  readonly worker: QueueWorker;
  readonly projectionist: StreamReader;
  readonly ledger: StreamReader;
  readonly audit: StreamReader;
  readonly verification: ScheduledJob;
  private readonly releases: FunctionReleases;

  constructor(scope: Construct, id: string, props: FunctionsStackProps) {
    super(scope, id, props);
    this.releases = new FunctionReleases(this, 'Releases', props.configuration.stage);
    this.worker = this.createWorker(props);
    this.projectionist = this.createReader('projectionist', 'Keeps PaymentDB as the journal says', props);
    this.ledger = this.createReader('ledger', 'Keeps LedgerDB as the journal says', props);
    this.audit = this.createReader('audit', 'Keeps the audit log as the journal says', props);
    this.verification = this.createVerification(props);
  }

  /** By name, as the operators know them. */
  get all(): Readonly<Record<string, StageFunction>> {
    return {
      worker: this.worker.function,
      projectionist: this.projectionist.function,
      ledger: this.ledger.function,
      audit: this.audit.function,
      verification: this.verification.function,
    };
  }

  private createWorker({ configuration, network, data, streaming }: FunctionsStackProps): QueueWorker {
    const { vpc, operationsKey } = network;
    const { memoryMiB, maximumConcurrency } = configuration.functions.worker;
    const worker = new QueueWorker(this, 'Worker', {
      releases: this.releases,
      configuration,
      vpc,
      operationsKey,
      name: 'worker',
      databaseUser: databaseUsers.worker,
      description: 'Does jobs: asks the PSP and writes down what it says',
      memoryMiB,
      maximumConcurrency,
      queues: streaming.queues,
      environment: {
        ...stageEnvironment(configuration),
        FINCORE_DATABASE_AUTH: 'iam',
        ...storeEnvironment(data, databaseUsers.worker, 'function', ['journal']),
        ...queueEnvironment(streaming, (value) => this.toJsonString(value)),
        FINCORE_PUBLIC_URL: publicUrlOf(configuration),
        FINCORE_STRIPE_SECRET_ARN: data.stripeSecret.secretArn,
      },
    });
    const caller = { network: worker.function, identity: worker.function };
    data.stores.admit(caller, databaseUsers.worker, 'function');
    data.stripeSecret.grantRead(worker.function);
    return worker;
  }

  private createReader(
    name: keyof typeof storeOf,
    description: string,
    { configuration, network, data, streaming }: FunctionsStackProps,
  ): StreamReader {
    const { memoryMiB, batchSize } = configuration.functions.readers;
    const databaseUser = databaseUsers[name];
    const reader = new StreamReader(this, name.charAt(0).toUpperCase() + name.slice(1), {
      configuration,
      vpc: network.vpc,
      operationsKey: network.operationsKey,
      name,
      databaseUser,
      description,
      memoryMiB,
      batchSize,
      releases: this.releases,
      stream: streaming.stream,
      parkedBatches: streaming.parkedBatches,
      environment: {
        ...stageEnvironment(configuration),
        // What a batch leaves out is read from the journal.
        FINCORE_DATABASE_AUTH: 'iam',
        ...storeEnvironment(data, databaseUser, 'function', ['journal', storeOf[name]]),
        FINCORE_PARKING_BUCKET: streaming.parkedBatches.bucketName,
      },
    });
    const caller = { network: reader.function, identity: reader.function };
    data.stores.admit(caller, databaseUser, 'function');
    if (name === 'ledger' && data.ledger !== data.stores) data.ledger.admit(caller, databaseUser, 'function');
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
      databaseUser: databaseUsers.verification,
      description: 'Proves the books: sums, chains, and that nothing waits unread',
      memoryMiB,
      // It ends by itself a while before, and goes on where it stopped: two runs never meet.
      timeout: Duration.minutes(Math.min(longestRunMinutes, everyMinutes)),
      every: Duration.minutes(everyMinutes),
      environment: {
        ...stageEnvironment(configuration),
        FINCORE_DATABASE_AUTH: 'iam',
        ...storeEnvironment(data, databaseUsers.verification, 'function', everyStore),
      },
    });
    const caller = { network: verification.function, identity: verification.function };
    for (const store of data.clusters) store.admit(caller, databaseUsers.verification, 'function');
    return verification;
  }
}

/** @source Lambda quotas: function timeout */
const longestRunMinutes = 15;

/** What each reader keeps. */
const storeOf = { projectionist: 'readModels', ledger: 'ledger', audit: 'audit' } as const satisfies Readonly<
  Record<string, StoreName>
>;
