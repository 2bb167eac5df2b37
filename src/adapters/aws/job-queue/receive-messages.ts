import { ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { messageOfReceived, wantedAttributes, type QueueMessage } from './queue-message';

export interface ReceiveOptions {
  readonly client: SQSClient;
  readonly url: string;
  /** 1 to 10. */
  readonly limit: number;
  /** How long nobody else gets what is received. */
  readonly visibilitySeconds: number;
  /** How long to wait for the first message, 0 to 20. */
  readonly waitSeconds: number;
}

/** What a call may take beyond its waiting. */
const graceMs = 5_000;

export async function receiveMessages(options: ReceiveOptions): Promise<readonly QueueMessage[]> {
  const { client, url, limit, visibilitySeconds, waitSeconds } = options;
  const command = new ReceiveMessageCommand({
    QueueUrl: url,
    MaxNumberOfMessages: limit,
    VisibilityTimeout: visibilitySeconds,
    WaitTimeSeconds: waitSeconds,
    MessageSystemAttributeNames: [...wantedAttributes.MessageSystemAttributeNames],
    MessageAttributeNames: [...wantedAttributes.MessageAttributeNames],
  });
  const abortSignal = AbortSignal.timeout(waitSeconds * 1_000 + graceMs);
  const { Messages = [] } = await client.send(command, { abortSignal });
  return Messages.map(messageOfReceived);
}
