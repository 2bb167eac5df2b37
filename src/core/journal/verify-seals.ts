import { type Difference, type Sha256, differs, missingRow } from '../kernel';
import type { Feed, RecordedEvent } from '../ports';
import { type Seal, digestLength, digestOf, hashOf, sealOrigin } from './seal';

/** The first place where the journal is not what was sealed. */
export interface SealFault extends Difference {
  readonly place: { readonly kind: 'event' | 'seal'; readonly position: number };
}

/** Where a verification ended, for the next one to go on from. */
export interface VerifiedSeals {
  readonly sealCount: number;
  /** Events up to here are sealed and were compared; those after it are sealed within moments. */
  readonly sealedThrough: number;
  /** Of the last seal. */
  readonly hash: string;
}

export const noSeals: VerifiedSeals = { sealCount: 0, sealedThrough: 0, hash: sealOrigin };

export interface SealVerdict extends VerifiedSeals {
  readonly fault: SealFault | null;
  /** False when it was stopped before the last seal. */
  readonly isComplete: boolean;
}

/** The seals as they are stored, for the verifier. */
export interface SealTrail {
  /** Up to `limit` seals after a position, in order. */
  seals(afterPosition: number, limit: number): Promise<readonly Seal[]>;
}

const sealsLimit = 100;
const readLimit = 500;

/** Makes every digest and every hash again, page by page, and names the first that differs. */
export async function verifySeals(options: {
  readonly trail: SealTrail;
  readonly feed: Pick<Feed, 'read'>;
  readonly sha256: Sha256;
  /** @default from the first event */
  readonly since?: VerifiedSeals;
  /** Asked between seals, after a page of events. @default always */
  readonly mayGoOn?: () => boolean;
  /** @default 500 */
  readonly pageLimit?: number;
}): Promise<SealVerdict> {
  const { trail, feed, sha256, since = noSeals, mayGoOn = () => true, pageLimit = readLimit } = options;
  let { hash, sealedThrough, sealCount } = since;
  let askedAt = sealedThrough;
  for (;;) {
    const seals = await trail.seals(sealedThrough, sealsLimit);
    for (const stored of seals) {
      if (sealedThrough - askedAt >= pageLimit) {
        if (!mayGoOn()) return { sealCount, sealedThrough, hash, fault: null, isComplete: false };
        askedAt = sealedThrough;
      }
      const fault =
        chainFault(stored, { previousHash: hash, sealedThrough, sha256 }) ??
        (await eventFault(stored, feed, sha256));
      if (fault !== null) return { sealCount, sealedThrough, hash, fault, isComplete: false };
      hash = stored.hash;
      sealedThrough = stored.lastPosition;
      sealCount += 1;
    }
    if (seals.length < sealsLimit) return { sealCount, sealedThrough, hash, fault: null, isComplete: true };
  }
}

function chainFault(
  stored: Seal,
  before: { readonly previousHash: string; readonly sealedThrough: number; readonly sha256: Sha256 },
): SealFault | null {
  const count = stored.lastPosition - stored.firstPosition + 1;
  const difference =
    differs('firstPosition', String(stored.firstPosition), String(before.sealedThrough + 1)) ??
    differs('previousHash', stored.previousHash, before.previousHash) ??
    differs('hash', stored.hash, hashOf(stored, before.sha256)) ??
    differs('digests', String(stored.digests.length / digestLength), String(count));
  return difference === null
    ? null
    : { place: { kind: 'seal', position: stored.firstPosition }, ...difference };
}

async function eventFault(stored: Seal, feed: Pick<Feed, 'read'>, sha256: Sha256): Promise<SealFault | null> {
  let position = stored.firstPosition;
  while (position <= stored.lastPosition) {
    const events = await feed.read(position - 1, Math.min(readLimit, stored.lastPosition - position + 1));
    for (const event of events) {
      const fault = digestFault(stored, event, position, sha256);
      if (fault !== null) return fault;
      position += 1;
    }
    if (events.length === 0) return missing(position);
  }
  return null;
}

function digestFault(stored: Seal, event: RecordedEvent, position: number, sha256: Sha256): SealFault | null {
  if (event.position !== position) return missing(position);
  const start = (position - stored.firstPosition) * digestLength;
  const expected = stored.digests.slice(start, start + digestLength);
  const difference = differs('digest', digestOf(event, sha256), expected);
  return difference === null ? null : { place: { kind: 'event', position }, ...difference };
}

const missing = (position: number): SealFault => ({
  place: { kind: 'event', position },
  ...missingRow,
  expected: 'an event',
});
