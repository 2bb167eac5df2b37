import { setTimeout as pause } from 'node:timers/promises';
import { DeleteMessageBatchCommand } from '@aws-sdk/client-sqs';
import { fullJitterMs } from '../../../core/kernel';
import { coalesce } from '../../postgres/journal/coalesce';
import type { SendContext } from './send-messages';

const largestBatch = 10;
const callsInFlight = 4;
const maxTries = 4;
const backoff = { baseDelayMs: 50, maxDelayMs: 1_000 };
const callTimeoutMs = 10_000;

/** Deletes by receipt; what ends at the same time goes in one call. @returns whether SQS has deleted the message. */
export const createDeleter = (context: SendContext): ((receipt: string) => Promise<boolean>) =>
  coalesce({
    concurrency: callsInFlight,
    batchLimit: largestBatch,
    lookUp: (receipts) => deleteMessages(context, receipts),
  });

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
