import { assert } from '../../../core/kernel';

/** One standard queue, and the standard queue that takes its dead letters. */
export interface SqsQueue {
  readonly url: string;
  readonly deadLetterUrl: string;
}

/** By the name that jobs use, for example `payments`. */
export type SqsQueues = Readonly<Record<string, SqsQueue>>;

export function queueNamed(queues: SqsQueues, name: string): SqsQueue {
  const queue = queues[name];
  const known = Object.keys(queues).join(', ');
  assert(queue !== undefined, `"${name}" is not a queue of this deployment; it has ${known}`);
  return queue;
}
