import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { DeployedFunction } from './deployed-function';

export interface QueueSourceOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly target: DeployedFunction;
  /** @default 10 */
  readonly batchSize?: number;
  /** Invocations at once. @default 2 */
  readonly maximumConcurrency?: number;
}

export interface EventSource {
  stop(): Promise<void>;
}

/**
 * The event source mapping of SQS: as many pollers as invocations are allowed at once. What a function does not report
 * as failed is deleted; the rest, or all when it throws, comes back when its visibility ends.
 */
export function startQueueSource(options: QueueSourceOptions): EventSource {
  const { client, queueUrl, target, batchSize = 10, maximumConcurrency = 2 } = options;
  const stopping = new AbortController();

  async function poll(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const { Messages = [] } = await client.send(
          new ReceiveMessageCommand({
            QueueUrl: queueUrl,
            MaxNumberOfMessages: batchSize,
            WaitTimeSeconds: 1,
            MessageAttributeNames: ['All'],
            MessageSystemAttributeNames: ['All'],
          }),
          { abortSignal: stopping.signal },
        );
        if (Messages.length > 0) await deliver(Messages);
      } catch {
        // What failed is delivered again; a poll that was cut off has delivered nothing.
      }
    }
  }

  async function deliver(messages: readonly Message[]): Promise<void> {
    const event: SQSEvent = { Records: messages.map((message) => recordOf(message, queueUrl)) };
    const answer = (await target.invoke(event)) as SQSBatchResponse | null;
    const failed = new Set(answer?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { MessageId, ReceiptHandle } of messages)
      if (!failed.has(MessageId ?? ''))
        await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
  }

  const pollers = Array.from({ length: maximumConcurrency }, poll);
  return {
    async stop() {
      stopping.abort();
      await Promise.all(pollers);
    },
  };
}

/** A message as it stands in the event of a function. */
export function recordOf(message: Message, queueUrl: string): SQSRecord {
  const { Attributes: system = {}, MessageAttributes: attributes = {} } = message;
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: {
      ApproximateReceiveCount: system.ApproximateReceiveCount ?? '1',
      SentTimestamp: system.SentTimestamp ?? '0',
      SenderId: system.SenderId ?? 'test',
      ApproximateFirstReceiveTimestamp: system.ApproximateFirstReceiveTimestamp ?? '0',
    },
    messageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, { DataType = 'String', StringValue }]) => [
        name,
        {
          dataType: DataType as 'String',
          ...(StringValue === undefined ? {} : { stringValue: StringValue }),
        },
      ]),
    ),
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:eu-central-1:000000000000:${new URL(queueUrl).pathname.split('/').at(-1) ?? ''}`,
    awsRegion: 'eu-central-1',
  };
}
