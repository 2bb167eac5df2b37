import type { AuditEntry, AuditId, DoneEntry, RefusedEntry } from '../../../../core/audit';
import type { TenantId } from '../../../../core/kernel';
import { epochMs } from './epoch-ms';

/** The columns of an entry, in the form that `toEntry` reads. */
export const entryColumns = `id, tenant, actor, action, subject, part, outcome, request_id, correlation_id,
    ${epochMs('occurred_at')} AS occurred_at_ms, event, partition, position, code, client_address, count, sequence,
    encode(previous_hash, 'hex') AS previous_hash, encode(hash, 'hex') AS hash`;

interface Facts {
  readonly id: AuditId;
  readonly actor: string;
  readonly action: string;
  readonly correlation_id: string;
  /** A `bigint` arrives as text, since a JavaScript number would not hold every one. */
  readonly occurred_at_ms: string;
}

/** A CHECK constraint holds each row to one of the two shapes. */
export interface DoneRow extends Facts {
  readonly outcome: 'done';
  readonly tenant: TenantId;
  readonly subject: string;
  readonly part: string | null;
  readonly request_id: string | null;
  readonly event: string;
  readonly partition: number;
  readonly position: string;
}

export interface RefusedRow extends Facts {
  readonly outcome: 'refused' | 'denied';
  readonly tenant: TenantId | null;
  readonly subject: string | null;
  readonly request_id: string;
  readonly code: string;
  readonly client_address: string;
  readonly count: number;
  readonly sequence: string;
  readonly previous_hash: string;
  readonly hash: string;
}

export const toEntry = (row: DoneRow | RefusedRow): AuditEntry =>
  row.outcome === 'done' ? toDoneEntry(row) : toRefusedEntry(row);

export const toDoneEntry = (row: DoneRow): DoneEntry => ({
  auditId: row.id,
  tenant: row.tenant,
  actor: row.actor,
  action: row.action,
  subject: row.subject,
  part: row.part,
  requestId: row.request_id,
  correlationId: row.correlation_id,
  occurredAt: Number(row.occurred_at_ms),
  outcome: row.outcome,
  event: row.event,
  partition: row.partition,
  position: Number(row.position),
});

export const toRefusedEntry = (row: RefusedRow): RefusedEntry => ({
  auditId: row.id,
  tenant: row.tenant,
  actor: row.actor,
  action: row.action,
  subject: row.subject,
  requestId: row.request_id,
  correlationId: row.correlation_id,
  occurredAt: Number(row.occurred_at_ms),
  outcome: row.outcome,
  code: row.code,
  clientAddress: row.client_address,
  count: row.count,
  sequence: Number(row.sequence),
  previousHash: row.previous_hash,
  hash: row.hash,
});
