import { type Static, Type } from '@sinclair/typebox';
import type { AuditEntry } from '../../../core/audit';
import { toTimestamp } from '../../../core/kernel';
import { Timestamp, nullable, oneOf } from '../../resources/schema-parts';

export const auditOutcomes = [
  'done',
  'refused',
  'denied',
] as const satisfies readonly AuditEntry['outcome'][];

export const AuditEntrySchema = Type.Object(
  {
    id: Type.String(),
    object: oneOf(['audit_entry']),
    created: Timestamp,
    actor: Type.String({ description: 'key_…, operator, worker, psp:stripe, anonymous.' }),
    action: Type.String({ description: 'The command, for example CaptureCharge.' }),
    outcome: oneOf(auditOutcomes),
    subject: nullable(Type.String({ description: 'What was acted on.' })),
    part: nullable(Type.String({ description: 'The capture, refund or key of the subject.' })),
    event: nullable(Type.String({ description: 'The fact that was recorded; null for a refusal.' })),
    code: nullable(Type.String({ description: 'The error code of a refusal or denial.' })),
    count: nullable(
      Type.Integer({
        description:
          'How many refusals of one kind the entry stands for; above 1 in a flood. Null for an effect.',
      }),
    ),
    request_id: nullable(Type.String()),
    correlation_id: Type.String(),
    client_address: nullable(Type.String()),
  },
  { $id: 'AuditEntry', description: 'Who did what, when, and with what outcome.' },
);

export type AuditEntryObject = Static<typeof AuditEntrySchema>;

export const auditEntryExample: AuditEntryObject = {
  id: 'aud_06f4q8xk3v7m2n9r5t1w0y8z4b',
  object: 'audit_entry',
  created: '2026-11-21T09:30:00.000Z',
  actor: 'key_06f4q8wj1t5k0m7p3r9s8x6y2z',
  action: 'CreateCharge',
  outcome: 'done',
  subject: 'ch_06f4q8xk3v7m2n9r5t1w0y8z4b',
  part: null,
  event: 'ChargeCreated',
  code: null,
  count: null,
  request_id: 'req_06f4q8xk3v7m2n9r5t1w0y8z4b',
  correlation_id: '9f86d081884c7d659a2feaa0c55ad015',
  client_address: null,
};

export const auditEntryObject = (entry: AuditEntry): AuditEntryObject => ({
  id: entry.auditId,
  object: 'audit_entry',
  created: toTimestamp(entry.occurredAt),
  actor: entry.actor,
  action: entry.action,
  outcome: entry.outcome,
  subject: entry.subject,
  part: entry.outcome === 'done' ? entry.part : null,
  event: entry.outcome === 'done' ? entry.event : null,
  code: entry.outcome === 'done' ? null : entry.code,
  count: entry.outcome === 'done' ? null : entry.count,
  request_id: entry.requestId,
  correlation_id: entry.correlationId,
  client_address: entry.outcome === 'done' ? null : entry.clientAddress,
});
