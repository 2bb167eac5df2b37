import type { SqsQueues } from '../../adapters/aws/job-queue/sqs-queues';
import { contexts } from '../../core/contexts';
import { CommandRefused } from '../../configuration/command-refused';

const needed = contexts.queues.map(({ name }) => name);

/** @throws CommandRefused with what is missing */
export function parseQueueUrls(text: string): SqsQueues {
  const queues = parsed(text);
  const missing = needed.filter((name) => queues?.[name] === undefined);
  if (queues === null || missing.length > 0)
    throw new CommandRefused(
      `FINCORE_QUEUE_URLS must be JSON that gives each of ${needed.join(', ')} a "url" and a "deadLetterUrl"${
        queues === null ? '' : `; it says nothing of ${missing.join(', ')}`
      }.`,
    );
  return queues;
}

function parsed(text: string): SqsQueues | null {
  try {
    const queues = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return Object.values(queues).every(isQueue) ? (queues as SqsQueues) : null;
  } catch {
    return null;
  }
}

const isQueue = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'url' in value &&
  'deadLetterUrl' in value &&
  [value.url, value.deadLetterUrl].every((url) => typeof url === 'string' && URL.canParse(url));
