import type { Difference } from '../core/kernel';
import type { Stores } from '../compose/stores';
import type { Progress } from './verification-progress';
import type { JoinedFeed } from './shared-feed';

/** What one check found. A fault names the place, what is stored there and what belongs there. */
export type Finding =
  | { readonly kind: 'sound'; readonly summary: string }
  | { readonly kind: 'fault'; readonly fault: string }
  /** Its time was over; what was looked at is sound, and its progress says where to go on. */
  | { readonly kind: 'unfinished' };

export interface Check {
  readonly name: string;
  readonly run: () => Promise<Finding>;
}

/** What the checks of one verification have in common. */
export interface Verification {
  readonly stores: Stores;
  /** The journal, read once for all of them. */
  readonly feed: { join(after: number): JoinedFeed };
  readonly progress: Progress;
  /** Asked after each page: no check begins another one when its time is over. */
  readonly mayGoOn: () => boolean;
  /** Events, entries or ids in memory at a time. */
  readonly pageLimit: number;
}

export const unfinished: Finding = { kind: 'unfinished' };

export const sound = (summary: string): Finding => ({ kind: 'sound', summary });

export const faultAt = (place: string, { field, stored, expected }: Difference): Finding => ({
  kind: 'fault',
  fault: `${place}: ${field} is ${stored}, expected ${expected}`,
});

/** `1 event`, `2 events`. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${String(count)} ${count === 1 ? noun : plural}`;
