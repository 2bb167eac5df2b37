import { PutRecordsCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import type { EventRecord } from './event-record';

/** @source Amazon Kinesis, PutRecords: 500 records, 5 MiB with the partition keys; 1 MiB for one record. */
export const largestRequest = { count: 500, sizeBytes: 5 * 1024 * 1024 } as const;
export const largestRecordBytes = 1024 * 1024;

export const sizeOf = ({ partitionKey, data }: EventRecord): number =>
  Buffer.byteLength(partitionKey) + data.byteLength;

/** What became of each record, in the order of the records. */
export type PutOutcome =
  | { readonly kind: 'answered'; readonly refusals: readonly (string | null)[] }
  /** None was accepted, as far as is known, and the same request may pass later. */
  | { readonly kind: 'failed'; readonly cause: Error }
  /** The same request will never pass. */
  | { readonly kind: 'impossible'; readonly cause: Error };

/** One request. Never rejects. The SDK tries again what is not about single records, within the time. */
export async function putRecords(
  { client, streamName, timeoutMs }: PutTarget,
  records: readonly EventRecord[],
): Promise<PutOutcome> {
  const command = new PutRecordsCommand({
    StreamName: streamName,
    Records: records.map(({ partitionKey, data }) => ({ PartitionKey: partitionKey, Data: data })),
  });
  try {
    const { Records = [] } = await client.send(command, { abortSignal: AbortSignal.timeout(timeoutMs) });
    return {
      kind: 'answered',
      refusals: records.map((_, index) => {
        const result = Records[index];
        if (result?.SequenceNumber !== undefined) return null;
        return `${result?.ErrorCode ?? 'no answer'}: ${result?.ErrorMessage ?? 'no message'}`;
      }),
    };
  } catch (error) {
    const cause = error instanceof Error ? error : new Error(String(error));
    return { kind: impossible.has(cause.name) ? 'impossible' : 'failed', cause };
  }
}

export interface PutTarget {
  readonly client: KinesisClient;
  readonly streamName: string;
  readonly timeoutMs: number;
}

/** Somebody has to change the deployment before these pass. */
const impossible: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'InvalidArgumentException',
  'KMSAccessDeniedException',
  'KMSDisabledException',
  'KMSInvalidStateException',
  'KMSNotFoundException',
  'KMSOptInRequired',
  'ResourceNotFoundException',
  'UnrecognizedClientException',
  'ValidationException',
]);
