import type { JsonObject, TenantId } from '../../../core/kernel';
import type { EventMetadata, RecordedEvent } from '../../../core/ports';

/** An event as one record of the stream: JSON in UTF-8, with the event's stream, or as much of it as fits, as the partition key. */
export interface EventRecord {
  readonly partitionKey: string;
  readonly data: Uint8Array;
}

/** In characters. @source Amazon Kinesis, PutRecords: PartitionKey */
const longestPartitionKey = 256;

export const recordOfEvent = (event: RecordedEvent): EventRecord => ({
  partitionKey: event.stream.slice(0, longestPartitionKey),
  data: Buffer.from(JSON.stringify(event)),
});

export type ParsedRecord =
  | { readonly kind: 'event'; readonly event: RecordedEvent }
  | { readonly kind: 'malformed'; readonly cause: string };

/** Never throws: anyone who may write to the stream can put anything into it. */
export function eventOfRecord(data: Uint8Array): ParsedRecord {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
  } catch {
    return { kind: 'malformed', cause: 'the record is no event: it is not JSON in UTF-8' };
  }
  if (!isObject(parsed)) return { kind: 'malformed', cause: 'the record is no event: it is no object' };
  const wrong = Object.entries(shape).flatMap(([name, fits]) => (fits(parsed[name]) ? [] : [name]));
  if (wrong.length > 0) {
    const names = wrong.join(', ');
    return { kind: 'malformed', cause: `the record is no event: ${names} missing or of another type` };
  }
  // Every member has been checked above, by name; only the compiler does not see it.
  return { kind: 'event', event: parsed as unknown as RecordedEvent };
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0;
const isTenant = (value: unknown): value is TenantId => isText(value);
const isMetadata = (value: unknown): value is EventMetadata =>
  isObject(value) && isText(value['actor']) && isText(value['correlationId']);

const shape: Readonly<Record<keyof RecordedEvent, (value: unknown) => boolean>> = {
  partition: isCount,
  position: isCount,
  tenant: isTenant,
  stream: isText,
  version: isCount,
  type: isText,
  schemaVersion: isCount,
  data: isObject,
  metadata: isMetadata,
  recordedAt: (value) => typeof value === 'number' && Number.isFinite(value),
};
