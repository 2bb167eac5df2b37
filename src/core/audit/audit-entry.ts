import { type TenantId, storableText, withoutCardNumbers } from '../kernel';
import type { AuditRefusal, RecordedEvent, Registry } from '../ports';
import { type AuditId, auditIdOfEvent, auditIdOfRefusal } from './audit-id';

interface AuditFacts {
  readonly auditId: AuditId;
  /** Whose records were asked for; null when nobody was recognised. */
  readonly tenant: TenantId | null;
  /** Who asked: `key_…`, `operator`, `psp:stripe`, `worker`. */
  readonly actor: string;
  /** The command, as the context of the event names it. A refusal stands under the command that was asked for. */
  readonly action: string;
  /** The id of what was acted on (`ch_…`, `mer_…`); null when the request named none. */
  readonly subject: string | null;
  readonly requestId: string | null;
  /** The same for everything that one request set in motion. */
  readonly correlationId: string;
  /** Milliseconds since the epoch: commit time of an effect, decision time of a refusal. */
  readonly occurredAt: number;
}

/** An effect, derived from one event of the journal: the journal makes it again, to the byte. */
export interface DoneEntry extends AuditFacts {
  readonly outcome: 'done';
  readonly event: string;
  /** The part of the subject (`re_…`, `cap_…`, `key_…`), where the event names one. */
  readonly part: string | null;
  readonly partition: number;
  readonly position: number;
}

/** What was asked and not done. The journal has no trace of it, so these entries are a hash chain of their own. */
export interface RefusedFacts extends AuditFacts {
  readonly outcome: 'refused' | 'denied';
  readonly code: string;
  readonly clientAddress: string;
  /** How many refusals of this kind the entry stands for: more than 1 in a flood, of which it keeps the last. */
  readonly count: number;
}

export interface RefusedEntry extends RefusedFacts {
  /** 1, 2, 3 … without a gap: the order in which they were written, and of the chain. */
  readonly sequence: number;
  /** Hash of the entry before, or the chain's origin for the first. Lower-case hex. */
  readonly previousHash: string;
  /** SHA-256 over the entry's canonical text, which holds `previousHash`. Lower-case hex. */
  readonly hash: string;
}

export type AuditEntry = DoneEntry | RefusedEntry;

/**
 * The entry of an event of any type. Only ids of its data are taken: hashes, names and tokens stay out. An event of no
 * context stands under its own name, since nothing may go unaudited.
 */
export function entryFor(event: RecordedEvent, contexts: Pick<Registry, 'kindOf'>): DoneEntry {
  const { tenant, type, metadata, recordedAt, partition, position } = event;
  const kind = contexts.kindOf(type);
  const part = kind?.partOf(event) ?? null;
  return {
    auditId: auditIdOfEvent(event),
    tenant,
    actor: metadata.actor,
    action: kind?.actionOf(type) ?? type,
    subject: bounded(kind?.subjectOf(event.stream) ?? event.stream),
    part: part === null ? null : bounded(part),
    requestId: metadata.requestId ?? null,
    correlationId: metadata.correlationId,
    occurredAt: recordedAt,
    outcome: 'done',
    event: type,
    partition,
    position,
  };
}

/**
 * What is kept of a refusal. It set nothing in motion, so its request is all there is to correlate.
 * @param unique 26 characters of a new id
 */
export const factsOf = (refusal: AuditRefusal, unique: string): RefusedFacts => ({
  auditId: auditIdOfRefusal(refusal.occurredAt, unique),
  tenant: refusal.tenant,
  actor: kept(refusal.actor),
  action: kept(refusal.action),
  subject: refusal.subject === null ? null : kept(refusal.subject),
  requestId: kept(refusal.requestId),
  correlationId: kept(refusal.requestId),
  occurredAt: refusal.occurredAt,
  outcome: refusal.outcome,
  code: kept(refusal.code),
  clientAddress: storableText(refusal.clientAddress.slice(0, longestText)),
  count: refusal.count ?? 1,
});

/** Longer than every id, name and address; what is beyond it is cut, because an index takes no text of any length. */
const longestText = 320;

const bounded = (text: string): string =>
  text.length <= longestText && text.isWellFormed() ? text : storableText(text.slice(0, longestText));

/** A caller chose parts of this text: it is kept without card numbers, and without what no database can hold. */
const kept = (text: string): string =>
  storableText(withoutCardNumbers(text.slice(0, 2 * longestText)).slice(0, longestText));
