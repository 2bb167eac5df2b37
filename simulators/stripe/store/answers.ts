import type { Snapshot } from './kinds';

/** The answer that a key's first request got, replayed to every later one. */
export interface StoredAnswer {
  readonly key: string;
  /** Of the endpoint and the parameters that the key was first used with. */
  readonly fingerprint: string;
  readonly status: number;
  readonly atMs: number;
  readonly requestId: string;
  /** The state that was shown, or the body itself where it cannot be rendered again from one state. */
  readonly body: Snapshot | string;
}

/** Answers by account and key, forgotten when they are older than Stripe keeps them. */
export class Answers {
  // A map keeps the order of insertion, so that the oldest answers are always first.
  private readonly byKey = new Map<string, StoredAnswer>();
  private readonly inFlight = new Set<string>();

  constructor(private readonly ttlMs: number) {}

  find(accountId: string, key: string, nowMs: number): StoredAnswer | undefined {
    const answer = this.byKey.get(nameOf(accountId, key));
    return answer === undefined || this.isExpired(answer, nowMs) ? undefined : answer;
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

  store(accountId: string, answer: StoredAnswer, nowMs: number): void {
    const name = nameOf(accountId, answer.key);
    this.byKey.delete(name);
    this.byKey.set(name, answer);
    for (const [oldest, stored] of this.byKey) {
      if (!this.isExpired(stored, nowMs)) break;
      this.byKey.delete(oldest);
    }
  }

  *alive(nowMs: number): Generator<readonly [accountId: string, answer: StoredAnswer]> {
    for (const [name, answer] of this.byKey) {
      if (!this.isExpired(answer, nowMs)) yield [name.slice(0, name.indexOf('\n')), answer];
    }
  }

  private isExpired(answer: StoredAnswer, nowMs: number): boolean {
    return nowMs - answer.atMs > this.ttlMs;
  }
}

const nameOf = (accountId: string, key: string): string => `${accountId}\n${key}`;
