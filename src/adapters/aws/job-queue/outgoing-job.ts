import type { MessageNotes } from './message-attributes';
import type { OutgoingMessage } from './send-messages';

/** @source Amazon SQS, SendMessage: DelaySeconds is at most 900. */
const sqsLongestDelaySeconds = 900;

/** SQS counts whole seconds; a job never starts before its delay is over. */
export const wholeSeconds = (ms: number): number => Math.ceil(ms / 1_000);

/**
 * A message that SQS holds back as long as it can, with a note of what then remains. Anyone who receives it sends the
 * rest on in the same way: no clock but that of SQS has a part in it.
 */
export function delayedMessage(
  { body, traceHeader, group }: Pick<OutgoingMessage, 'body' | 'traceHeader' | 'group'>,
  delayMs: number,
  notes: MessageNotes = {},
  longestSeconds = sqsLongestDelaySeconds,
): OutgoingMessage {
  const delaySeconds = Math.min(longestSeconds, wholeSeconds(delayMs));
  const delayLeftMs = Math.max(0, delayMs - delaySeconds * 1_000);
  return {
    body,
    traceHeader,
    group,
    delaySeconds,
    notes: delayLeftMs > 0 ? { ...notes, delayLeftMs } : notes,
  };
}
