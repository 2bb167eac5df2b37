import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  createSqsJobQueue,
  type SqsJobQueueOptions,
} from '../../../src/adapters/aws/job-queue/sqs-job-queue';
import type { SqsQueue, SqsQueues } from '../../../src/adapters/aws/job-queue/sqs-queues';
import type { JobQueue } from '../../../src/core/ports';
import { clientSettings } from '../../support/aws/emulators';
import { eventually } from '../../support/eventually';
import { testQueue } from './case-setting';
import type { JobQueueUnderTest } from './job-queue-under-test';

/** As the deployed queues have it. */
const maxReceiveCount = 5;

export interface SqsUnderTest extends JobQueueUnderTest {
  readonly client: SQSClient;
  readonly queues: SqsQueues;
  readonly payments: SqsQueue;
}

let settings = 0;

/** Fresh queues on the emulator, each with its dead-letter queue and its redrive policy. */
export async function openSqs(
  emulator: { readonly endpoint: string },
  options: Partial<SqsJobQueueOptions> = {},
): Promise<SqsUnderTest> {
  const client = new SQSClient(clientSettings(emulator));
  const prefix = `t${String((settings += 1))}`;
  const payments = await createQueue(client, `${prefix}-${testQueue}`);
  const queues = { [testQueue]: payments, mail: await createQueue(client, `${prefix}-mail`) };
  const workers = new Set<{ stop(): Promise<void> }>();
  const another = () => {
    const queue = createSqsJobQueue({ client, queues, pollWaitSeconds: 1, ...options });
    const kept: JobQueue = {
      ...queue,
      work: (workOptions) => {
        const worker = queue.work(workOptions);
        workers.add(worker);
        return worker;
      },
    };
    return kept;
  };
  return {
    client,
    queues,
    payments,
    queue: another(),
    another: () => Promise.resolve(another()),
    now: () => performance.now(),
    work: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
    until: (condition) =>
      eventually(
        async () => {
          if (!(await condition())) throw new Error('the condition does not hold yet');
        },
        { timeoutMs: 40_000, intervalMs: 10 },
      ),
    during: (promise) => promise,
    close: async () => {
      await Promise.all([...workers].map((worker) => worker.stop()));
      client.destroy();
    },
  };
}

async function createQueue(client: SQSClient, name: string): Promise<SqsQueue> {
  const deadLetterUrl = await urlOf(client, `${name}-dead`);
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetterUrl, AttributeNames: ['QueueArn'] }),
  );
  const policy = { deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount };
  const url = await urlOf(client, name, { RedrivePolicy: JSON.stringify(policy) });
  return { url, deadLetterUrl };
}

async function urlOf(
  client: SQSClient,
  name: string,
  attributes: Record<string, string> = {},
): Promise<string> {
  const created = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  if (created.QueueUrl === undefined) throw new Error(`${name} was not created`);
  return created.QueueUrl;
}
