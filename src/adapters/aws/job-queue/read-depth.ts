import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Approximate, as SQS counts. */
export interface SqsDepth {
  readonly visible: number;
  readonly delayed: number;
  readonly invisible: number;
}

const callTimeoutMs = 10_000;

export async function readDepth(client: SQSClient, url: string): Promise<SqsDepth> {
  const command = new GetQueueAttributesCommand({
    QueueUrl: url,
    AttributeNames: [
      'ApproximateNumberOfMessages',
      'ApproximateNumberOfMessagesDelayed',
      'ApproximateNumberOfMessagesNotVisible',
    ],
  });
  const { Attributes } = await client.send(command, { abortSignal: AbortSignal.timeout(callTimeoutMs) });
  return {
    visible: Number(Attributes?.ApproximateNumberOfMessages ?? 0),
    delayed: Number(Attributes?.ApproximateNumberOfMessagesDelayed ?? 0),
    invisible: Number(Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}
