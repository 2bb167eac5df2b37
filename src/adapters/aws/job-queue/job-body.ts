import type { Job } from '../../../core/ports';
import type { JsonObject } from '../../../core/kernel';

/** What a message carries of a job; what SQS keeps itself (delay, deliveries) is not in it. */
export type CarriedJob = Pick<Job, 'queue' | 'name' | 'key' | 'data'>;

/** The job's data does not fit into a message. Trying again does not help. */
export class JobTooLarge extends Error {
  override readonly name = 'JobTooLarge';
}

/** @source Amazon SQS quotas: 256 KiB for a message with its attributes, and for a batch in all, on every queue. */
export const largestMessageBytes = 262_144;
/** Room for the attributes of a dead letter, so that every job that could be sent can also be buried. */
export const attributesBytes = 8_192;
const largestBodyBytes = largestMessageBytes - attributesBytes;

/** @throws JobTooLarge */
export function bodyOf({ queue, name, key, data }: CarriedJob): string {
  const body = JSON.stringify({ queue, name, key, data }).replace(unsafe, escaped);
  const sizeBytes = Buffer.byteLength(body);
  if (sizeBytes <= largestBodyBytes) return body;
  throw new JobTooLarge(
    `job ${queue}/${name} ${key} has ${String(sizeBytes)} bytes; a message takes ${String(largestBodyBytes)}: keep its data in a stream or a file and pass the name`,
  );
}

/**
 * Characters that SQS refuses, of those that JSON.stringify leaves in strings, and every half of a surrogate pair:
 * SQS takes whole pairs, but not everything that speaks its protocol does. Escaped, they mean the same in JSON.
 */
const unsafe = /[\ufffe\uffff\ud800-\udfff]/g;
const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

export type ParsedBody =
  { readonly kind: 'job'; readonly job: CarriedJob } | { readonly kind: 'malformed'; readonly cause: string };

/** Never throws: anybody with access to the queue can put anything into it. */
export function parseBody(body: string): ParsedBody {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return { kind: 'malformed', cause: 'the message is no job: its body is not JSON' };
  }
  if (!isObject(parsed)) return { kind: 'malformed', cause: 'the message is no job: its body is no object' };
  const { queue, name, key, data } = parsed;
  const missing = [
    isName(queue) ? [] : ['queue'],
    isName(name) ? [] : ['name'],
    isName(key) ? [] : ['key'],
    isObject(data) ? [] : ['data'],
  ].flat();
  if (!isName(queue) || !isName(name) || !isName(key) || !isObject(data)) {
    return {
      kind: 'malformed',
      cause: `the message is no job: ${missing.join(', ')} missing or of another type`,
    };
  }
  return { kind: 'job', job: { queue, name, key, data } };
}

const isName = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** Narrows an object that JSON.parse returned: it holds JSON only. */
const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
