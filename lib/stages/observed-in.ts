import type { StageFunction } from '../constructs/stage-function';
import type { ObservedLogGroup, ObservedResources } from '../observability/observed-resources';
import type { DataStack } from '../stacks/data';
import type { FunctionsStack } from '../stacks/functions';
import type { MigrationStack } from '../stacks/migration';
import type { PaymentApiStack } from '../stacks/payment-api';
import type { StreamingStack } from '../stacks/streaming';

/** The stacks of a stage that own what is watched. */
export interface WatchedStacks {
  readonly data: DataStack;
  readonly streaming: StreamingStack;
  readonly migration: MigrationStack;
  readonly paymentApi: PaymentApiStack;
  readonly functions: FunctionsStack;
}

/** What of a stage is watched: handed over by the stacks that own it. */
export function observedIn(stage: WatchedStacks): ObservedResources {
  const { data, streaming, paymentApi, functions } = stage;
  const { stores, ledger } = data;
  return {
    queues: streaming.queues.map(({ name, queue, deadLetters, isPrompt }) => ({
      name,
      queue,
      deadLetterQueue: deadLetters,
      isPrompt,
    })),
    stream: streaming.stream,
    workers: functions.workers.map(observed),
    readers: functions.readers.map(observed),
    verification: functions.verification.function,
    api: {
      loadBalancer: paymentApi.balancer.loadBalancer,
      targetGroups: [paymentApi.balancer.blue, paymentApi.balancer.green],
      service: paymentApi.api.service,
    },
    relay: paymentApi.relay.service,
    databases: [
      { name: 'stores', cluster: stores.cluster, proxy: stores.proxy },
      ...(ledger === stores ? [] : [{ name: 'ledger', cluster: ledger.cluster, proxy: ledger.proxy }]),
    ],
    certificates: [paymentApi.balancer.certificate],
    backupVault: data.backup.vault,
    archive: streaming.archive.delivery,
    logGroups: logGroupsOf(stage),
    secrets: [
      { name: 'stripe', secret: data.stripeSecret },
      { name: 'operator', secret: data.operatorSecret },
      { name: 'canary', secret: data.canarySecret },
    ],
  };
}

function logGroupsOf({ migration, paymentApi, functions }: WatchedStacks): readonly ObservedLogGroup[] {
  return [
    { name: 'payment-api', logGroup: paymentApi.apiTask.logGroup },
    { name: 'relay', logGroup: paymentApi.relayTask.logGroup },
    { name: 'migration', logGroup: migration.task.logGroup },
    ...functions.all.map(({ programName, logGroup }) => ({ name: programName, logGroup })),
  ];
}

const observed = ({ function: program }: { readonly function: StageFunction }) => ({
  name: program.programName,
  function: program,
});
