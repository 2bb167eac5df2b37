import { type Decider, type Result, accept, eventCodec } from '../kernel';
import type { DeadLetterRecord } from '../ports';

/** An operator decided that nobody tries the job again. The event keeps the job, because its queue does not. */
export interface DeadLetterResolved {
  readonly type: 'DeadLetterResolved';
  readonly deadLetterId: string;
  readonly queue: string;
  readonly name: string;
  readonly key: string;
  readonly attempts: number;
  readonly cause: string;
  /** Milliseconds since the epoch, as is `resolvedAt`. */
  readonly failedAt: number;
  /** Who decided: the name that the operator gave. */
  readonly resolvedBy: string;
  readonly reason: string;
  readonly resolvedAt: number;
}

export interface ResolveDeadLetter {
  readonly letter: DeadLetterRecord;
  readonly resolvedBy: string;
  readonly reason: string;
  readonly resolvedAt: number;
}

/** Every death of the letter that was resolved. */
export interface DeadLetter {
  readonly resolvedDeaths: readonly number[];
}

export const maxReasonCharacters = 500;

/** Names of people and programs that may resolve a dead letter. */
export const resolverName = /^[A-Za-z0-9._@+-]{1,64}$/;

const streamPrefix = 'dead-letter-';
export const deadLetterStream = (id: string): string => `${streamPrefix}${id}`;

export const deadLetterCodec = eventCodec<DeadLetterResolved>({ DeadLetterResolved: [] });

export const deadLetterDecider: Decider<DeadLetter, DeadLetterResolved> = {
  initial: { resolvedDeaths: [] },
  evolve: ({ resolvedDeaths }, { failedAt }) => ({ resolvedDeaths: [...resolvedDeaths, failedAt] }),
};

/** Resolves one death of the letter; of a death that is resolved nothing follows. */
export function decideResolution(
  { resolvedDeaths }: DeadLetter,
  { letter, resolvedBy, reason, resolvedAt }: ResolveDeadLetter,
): Result<readonly DeadLetterResolved[], never> {
  const { id, job, attempts, cause, failedAt } = letter;
  if (resolvedDeaths.includes(failedAt)) return accept([]);
  const { queue, name, key } = job;
  return accept([
    {
      type: 'DeadLetterResolved',
      deadLetterId: id,
      queue,
      name,
      key,
      attempts,
      cause,
      failedAt,
      resolvedBy,
      reason,
      resolvedAt,
    },
  ]);
}
