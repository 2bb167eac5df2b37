import { GetQueueAttributesCommand, QueueDoesNotExist } from '@aws-sdk/client-sqs';
import { counted } from '../../verification/check';
import type { AwsClients } from './aws-clients';
import { type Diagnosis, ill, well } from './diagnosis';
import type { MappedQueue } from './stage-map';

/** Each queue is there, gives up into its dead-letter queue, and that one is empty. */
export const examineQueues = async (
  clients: Pick<AwsClients, 'sqs'>,
  queues: readonly MappedQueue[],
): Promise<readonly Diagnosis[]> =>
  (await Promise.all(queues.map((queue) => examine(clients, queue)))).flat();

async function examine(
  { sqs }: Pick<AwsClients, 'sqs'>,
  { name, url, deadLetterUrl }: MappedQueue,
): Promise<readonly Diagnosis[]> {
  const [queue, deadLetters] = await Promise.all([attributesOf(sqs, url), attributesOf(sqs, deadLetterUrl)]);
  if (queue === null) return [ill(`there is no queue ${name} (${url})`, deploy('Streaming'))];
  if (deadLetters === null)
    return [ill(`${name} has no dead-letter queue (${deadLetterUrl})`, deploy('Streaming'))];
  const found: Diagnosis[] = [];
  if (redriveTargetOf(queue) !== deadLetters.get('QueueArn'))
    found.push(
      ill(
        `${name} does not give up into ${deadLetters.get('QueueArn') ?? deadLetterUrl}`,
        deploy('Streaming'),
      ),
    );
  const dead = Number(deadLetters.get('ApproximateNumberOfMessages') ?? 0);
  if (dead > 0)
    found.push(
      ill(
        `${counted(dead, 'dead letter')} of ${name}; there should be none`,
        'Follow docs/runbook/dead-letters.md.',
      ),
    );
  if (found.length > 0) return found;
  const waiting = queue.get('ApproximateNumberOfMessages') ?? '0';
  return [well(`${name}: ${waiting} waiting, no dead letters`)];
}

async function attributesOf(
  sqs: AwsClients['sqs'],
  url: string,
): Promise<ReadonlyMap<string, string> | null> {
  try {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
    );
    return new Map(Object.entries(Attributes));
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return null;
    throw error;
  }
}

function redriveTargetOf(attributes: ReadonlyMap<string, string>): string | undefined {
  const policy = attributes.get('RedrivePolicy');
  if (policy === undefined) return undefined;
  return (JSON.parse(policy) as { readonly deadLetterTargetArn?: string }).deadLetterTargetArn;
}

const deploy = (stack: string): string => `Somebody has changed it by hand: deploy the stack ${stack} again.`;
