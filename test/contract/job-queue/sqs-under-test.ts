import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createSqsJobOperations } from '../../../src/adapters/aws/job-queue/sqs-job-operations';
import { createSqsJobSender } from '../../../src/adapters/aws/job-queue/sqs-job-sender';
import { type SqsQueue, type SqsQueues, queueNamed } from '../../../src/adapters/aws/job-queue/sqs-queues';
import { type JobQueue, silentLog } from '../../../src/core/ports';
import { clientSettings } from '../../support/aws/emulators';
import { startWorker } from '../../support/aws/sqs-worker/worker';
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

/** What the cases choose: the draw of waits, and shorter times than those of SQS. */
export interface SqsChoices {
  readonly random?: () => number;
  readonly visibilityMs?: number;
  readonly longestDelaySeconds?: number;
}

let settings = 0;

/** Fresh queues on the emulator, each with its dead-letter queue and its redrive policy. */
export async function openSqs(
  emulator: { readonly endpoint: string },
  choices: SqsChoices = {},
): Promise<SqsUnderTest> {
  const client = new SQSClient(clientSettings(emulator));
  const prefix = `t${String((settings += 1))}`;
  const payments = await createQueue(client, `${prefix}-${testQueue}`);
  const queues = { [testQueue]: payments, mail: await createQueue(client, `${prefix}-mail`) };
  const workers = new Set<{ stop(): Promise<void> }>();
  const another = () => {
    const { random = Math.random, visibilityMs = 30_000, longestDelaySeconds } = choices;
    const sending = longestDelaySeconds === undefined ? { random } : { random, longestDelaySeconds };
    const kept: JobQueue = {
      ...createSqsJobSender({ client, queues, ...sending }),
      ...createSqsJobOperations({ client, queues, random }),
      // In the place of Lambda, which polls the queue for a deployed worker.
      work: (workOptions) => {
        const queue = queueNamed(queues, workOptions.queue);
        const polling = { client, queue, clock: Date.now, visibilityMs, pollWaitSeconds: 1, log: silentLog };
        const worker = startWorker(workOptions, { ...polling, ...sending });
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
