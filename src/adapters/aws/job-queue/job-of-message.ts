import type { DeliveredJob } from '../../../core/ports';
import { parseBody } from './job-body';
import { noteNumber } from './message-attributes';
import type { QueueMessage } from './queue-message';

/** What a message asks for. */
export type MessageMeaning =
  | { readonly kind: 'job'; readonly job: DeliveredJob }
  /** The job is due later than SQS can hold a message back: send it on. Not an attempt. */
  | { readonly kind: 'early'; readonly delayLeftMs: number }
  | { readonly kind: 'malformed'; readonly cause: string };

/** Never throws. The attempt is what earlier messages of the job counted, and the deliveries of this one. */
export function jobOfMessage({ body, attributes, receiveCount }: QueueMessage): MessageMeaning {
  const parsed = parseBody(body);
  if (parsed.kind === 'malformed') return parsed;
  const delayLeftMs = noteNumber(attributes, 'delayLeftMs');
  if (delayLeftMs > 0) return { kind: 'early', delayLeftMs };
  const attempt = noteNumber(attributes, 'attempts') + receiveCount;
  return { kind: 'job', job: { ...parsed.job, attempt } };
}
