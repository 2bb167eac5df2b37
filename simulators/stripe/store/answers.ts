import type { Collection } from './collection';
import type { Snapshot } from './kinds';
import type { Stored } from './stored';

/** The answer that a key's first request got, replayed to every later one. */
export interface StoredAnswer extends Stored {
  /** The idempotency key. */
  readonly id: string;
  /** Of the endpoint and the parameters that the key was first used with. */
  readonly fingerprint: string;
  readonly status: number;
  readonly atMs: number;
  readonly requestId: string;
  /** The state that was shown, or the body itself where it cannot be rendered again from one state. */
  readonly body: Snapshot | string;
}

/** Answers by account and key; those older than Stripe keeps them are never found. */
export class Answers {
  private readonly inFlight = new Set<string>();

  constructor(private readonly ttlMs: number) {}

  find(answers: Collection<StoredAnswer>, key: string, nowMs: number): StoredAnswer | undefined {
    const answer = answers.get(key);
    return answer === undefined || nowMs - answer.atMs > this.ttlMs ? undefined : answer;
  }

  /** False when another request with the key has not been answered yet. */
  reserve(accountId: string, key: string): boolean {
    const name = nameOf(accountId, key);
    if (this.inFlight.has(name)) return false;
    this.inFlight.add(name);
    return true;
  }

  release(accountId: string, key: string): void {
    this.inFlight.delete(nameOf(accountId, key));
  }
}

const nameOf = (accountId: string, key: string): string => `${accountId}\n${key}`;
