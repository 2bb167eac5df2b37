import { setTimeout as pause } from 'node:timers/promises';
import { DeleteMessageBatchCommand } from '@aws-sdk/client-sqs';
import { fullJitterMs } from '../../../core/kernel';
import type { SendContext } from './send-messages';

const maxTries = 4;
const backoff = { baseDelayMs: 50, maxDelayMs: 1_000 };
const callTimeoutMs = 10_000;

/** At most ten. What SQS does not delete is tried again, and only that. */
export async function deleteMessages(
  { client, url, random }: SendContext,
  receipts: readonly string[],
): Promise<readonly boolean[]> {
  const deleted = receipts.map(() => false);
  for (let tries = 1; tries <= maxTries; tries += 1) {
    const left = receipts.flatMap((receipt, index) =>
      deleted[index] === true ? [] : [{ Id: String(index), ReceiptHandle: receipt }],
    );
    const command = new DeleteMessageBatchCommand({ QueueUrl: url, Entries: left });
    const { Successful = [] } = await client.send(command, {
      abortSignal: AbortSignal.timeout(callTimeoutMs),
    });
    for (const { Id } of Successful) deleted[Number(Id)] = true;
    if (Successful.length === left.length) break;
    if (tries < maxTries) await pause(fullJitterMs(tries, backoff, random));
  }
  return deleted;
}
