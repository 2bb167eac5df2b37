import { type Difference, type Sha256, assert, differs, missingRow } from '../kernel';
import type { Feed, RecordedEvent, Registry } from '../ports';
import { type DoneEntry, type RefusedEntry, entryFor } from './audit-entry';
import type { AuditTrail } from './audit-trail';
import { type EffectCount, countEffects } from './count-effects';
import { type ChainHead, chained, emptyChain } from './refusal-chain';

/** The first place where the audit is not what it must be. */
export interface AuditFault extends Difference {
  readonly place:
    /** The entry of the event at this position. */
    | { readonly kind: 'event'; readonly partition: number; readonly position: number }
    /** The refusal with this number in the chain. */
    | { readonly kind: 'refusal'; readonly sequence: number }
    /** The row that says where the chain ends. */
    | { readonly kind: 'head' }
    /** More or fewer entries than events. */
    | { readonly kind: 'count'; readonly partition: number };
}

/** Where a verification ended, for the next one to go on from. */
export interface VerifiedAudit {
  readonly effectCount: number;
  readonly count: EffectCount;
  readonly refusals: ChainHead;
}

export const noAudit: VerifiedAudit = { effectCount: 0, count: { kind: 'due' }, refusals: emptyChain };

export interface AuditVerification extends VerifiedAudit {
  /** Null when everything is as it must be. */
  readonly fault: AuditFault | null;
  /** False when it was stopped before the end. */
  readonly isComplete: boolean;
}

/** Rows in memory at a time. */
const defaultPageLimit = 500;

/**
 * Makes every effect's entry again from the journal, recomputes the chain of refusals, and compares. Runs
 * beside readers and writers: it looks at what was there when it began.
 */
export async function verifyAudit(options: {
  readonly trail: AuditTrail;
  readonly feed: Pick<Feed, 'read'>;
  readonly sha256: Sha256;
  readonly contexts: Pick<Registry, 'kindOf'>;
  /** @default 1 */
  readonly partition?: number;
  /** @default from the first event and the first refusal */
  readonly since?: VerifiedAudit;
  /** Asked after each page. @default always */
  readonly mayGoOn?: () => boolean;
  readonly pageLimit?: number;
}): Promise<AuditVerification> {
  const { since = noAudit, partition = 1 } = options;
  const found = (part: Partial<AuditVerification>): AuditVerification => ({
    ...since,
    fault: null,
    isComplete: false,
    ...part,
  });
  const effects = await verifyEffects(options, since.effectCount);
  const { count: effectCount, fault, isComplete } = effects;
  if (fault !== null || !isComplete) return found({ effectCount, fault });
  const counted = await countEffects({
    mayGoOn: always,
    pageLimit: defaultPageLimit,
    ...options,
    partition,
    verified: effectCount,
    since: since.count,
  });
  if (counted.kind === 'fault') {
    const { field, stored, expected } = counted;
    return found({ effectCount, fault: { place: { kind: 'count', partition }, field, stored, expected } });
  }
  const { count } = counted;
  if (count.kind !== 'done') return found({ effectCount, count });
  const chain = await verifyRefusals(options, since.refusals);
  return found({
    effectCount,
    count,
    refusals: chain.head,
    fault: chain.fault,
    isComplete: chain.isComplete,
  });
}

type Options = Parameters<typeof verifyAudit>[0];

const always = () => true;

interface CheckedEffects {
  readonly count: number;
  readonly fault: AuditFault | null;
  readonly isComplete: boolean;
}

async function verifyEffects(
  { trail, feed, contexts, partition = 1, mayGoOn = always, pageLimit = defaultPageLimit }: Options,
  since: number,
): Promise<CheckedEffects> {
  const checkpoint = await trail.checkpoint(partition);
  let position = since;
  while (position < checkpoint) {
    const events = await feed.read(position, Math.min(pageLimit, checkpoint - position));
    assert(
      events.length > 0,
      `the journal reaches position ${String(checkpoint)}, as the audit's checkpoint says`,
    );
    const fault = await compareWithJournal(trail, events, contexts);
    if (fault !== null) return { count: position, fault, isComplete: false };
    position = events.at(-1)?.position ?? checkpoint;
    if (position < checkpoint && !mayGoOn()) return { count: position, fault: null, isComplete: false };
  }
  return { count: position, fault: null, isComplete: true };
}

async function compareWithJournal(
  trail: AuditTrail,
  events: readonly RecordedEvent[],
  contexts: Pick<Registry, 'kindOf'>,
): Promise<AuditFault | null> {
  const expected = events.map((event) => entryFor(event, contexts));
  const stored = await trail.doneEntries(expected.map(({ auditId }) => auditId));
  const byId = new Map(stored.map((entry) => [entry.auditId, entry]));
  for (const entry of expected) {
    const found = byId.get(entry.auditId);
    const fault = found === undefined ? missingRow : entryDifference(found, entry);
    if (fault === null) continue;
    const { partition, position } = entry;
    return { place: { kind: 'event', partition, position }, ...fault };
  }
  return null;
}

interface CheckedRefusals {
  /** The last refusal that is as it must be. */
  readonly head: ChainHead;
  readonly fault: AuditFault | null;
  readonly isComplete: boolean;
}

async function verifyRefusals(
  { trail, sha256, mayGoOn = always, pageLimit = defaultPageLimit }: Options,
  since: ChainHead,
): Promise<CheckedRefusals> {
  const stopped = (head: ChainHead, fault: AuditFault | null = null): CheckedRefusals => ({
    head,
    fault,
    isComplete: false,
  });
  const end = await trail.chainHead();
  let head = since;
  for (;;) {
    const entries = await trail.refusals(head.sequence, pageLimit);
    // After the entries: what was forgotten before they were read is behind this floor.
    const floor = await trail.chainFloor();
    if (floor.sequence > head.sequence) {
      head = floor;
      continue;
    }
    for (const stored of entries) {
      const fault = refusalDifference(stored, head, sha256);
      const sequence = head.sequence + 1;
      if (fault !== null) return stopped(head, { place: { kind: 'refusal', sequence }, ...fault });
      head = { sequence, hash: stored.hash };
      // The head as it was before the walk: later entries only have to follow.
      const cut = sequence === end.sequence ? differs('hash', end.hash, head.hash) : null;
      if (cut !== null) return stopped(head, { place: { kind: 'head' }, ...cut });
    }
    if (entries.length < pageLimit) break;
    if (!mayGoOn()) return stopped(head);
  }
  if (head.sequence < end.sequence)
    return stopped(head, { place: { kind: 'refusal', sequence: head.sequence + 1 }, ...missingRow });
  // Read again, since entries may have come meanwhile: the head is never behind the chain.
  const { sequence } = await trail.chainHead();
  const behind =
    sequence < head.sequence ? differs('sequence', String(sequence), String(head.sequence)) : null;
  const fault: AuditFault | null = behind && { place: { kind: 'head' }, ...behind };
  return { head, fault, isComplete: fault === null };
}

function entryDifference(stored: DoneEntry, expected: DoneEntry): Difference | null {
  const found: Readonly<Record<string, unknown>> = { ...stored };
  for (const [field, value] of Object.entries(expected)) {
    const fault = differs(field, String(found[field]), String(value));
    if (fault !== null) return fault;
  }
  return null;
}

const refusalDifference = (stored: RefusedEntry, head: ChainHead, sha256: Sha256): Difference | null =>
  differs('sequence', String(stored.sequence), String(head.sequence + 1)) ??
  differs('previousHash', stored.previousHash, head.hash) ??
  differs('hash', stored.hash, chained(stored, head, sha256).hash);
