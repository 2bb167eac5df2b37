import { type Difference, differs } from '../kernel';
import type { AuditId } from './audit-id';
import type { AuditTrail } from './audit-trail';

/** How far the entries of events have been counted: an entry too many can lie anywhere among them. */
export type EffectCount =
  | { readonly kind: 'due' }
  | {
      readonly kind: 'under_way';
      /** Entries of the events up to this position are counted. */
      readonly through: number;
      readonly after: AuditId;
      readonly found: number;
    }
  | { readonly kind: 'done' };

/** Rows counted for each that is compared at a time: nothing of them but the id and the position is looked at. */
const countedForEach = 10;

export type CountOutcome =
  { readonly kind: 'sound'; readonly count: EffectCount } | ({ readonly kind: 'fault' } & Difference);

/**
 * Every event up to `verified` has its entry: whether there are others, a count tells. It goes by pages, and on from
 * where it was stopped; entries that are added meanwhile belong to later events.
 */
export async function countEffects(options: {
  readonly trail: Pick<AuditTrail, 'checkpoint' | 'effectPage'>;
  readonly partition: number;
  readonly verified: number;
  readonly since: EffectCount;
  readonly mayGoOn: () => boolean;
  readonly pageLimit: number;
}): Promise<CountOutcome> {
  const { trail, partition, verified, since, mayGoOn } = options;
  if (since.kind === 'done') return { kind: 'sound', count: since };
  const limit = options.pageLimit * countedForEach;
  const through = since.kind === 'due' ? verified : since.through;
  let after = since.kind === 'due' ? null : since.after;
  let found = since.kind === 'due' ? 0 : since.found;
  for (;;) {
    const { last, count, highestPosition } = await trail.effectPage({ partition, after, limit, through });
    found += count;
    // Read afterwards: it moves with the entries, and is never behind them.
    const checkpoint = highestPosition > through ? await trail.checkpoint(partition) : through;
    if (highestPosition > checkpoint)
      return {
        kind: 'fault',
        field: 'position',
        stored: String(highestPosition),
        expected: `${String(checkpoint)}, the checkpoint, or less`,
      };
    if (last === null) break;
    after = last;
    if (!mayGoOn()) return { kind: 'sound', count: { kind: 'under_way', through, after, found } };
  }
  const difference = differs('entries', String(found), String(through));
  return difference === null ? { kind: 'sound', count: { kind: 'done' } } : { kind: 'fault', ...difference };
}
