import { contexts } from '../../../src/core/contexts';
import {
  auditIdOfEvent,
  auditIdOfRefusal,
  entryFor,
  factsOf,
  isAuditId,
  timePrefix,
} from '../../../src/core/audit';
import { type MerchantEvent, merchantCodec, merchantStream } from '../../../src/core/accounts';
import { type EncodedEvent, operatorTenant } from '../../../src/core/kernel';
import { type ChargeEvent, chargeCodec, chargeStream } from '../../../src/core/payments';
import type { AuditRefusal, RecordedEvent } from '../../../src/core/ports';
import * as charges from '../../support/charges';
import { created, issued, merchantId, revoked, rotated, keyId } from '../accounts/merchants';

const record = (
  stream: string,
  encoded: EncodedEvent,
  change: Partial<RecordedEvent> = {},
): RecordedEvent => ({
  partition: 1,
  position: 42,
  tenant: operatorTenant,
  stream,
  version: 1,
  ...encoded,
  metadata: { actor: 'operator', correlationId: 'cor_1', requestId: 'req_1' },
  recordedAt: 1_700_000_000_000,
  ...change,
});
const recordCharge = (event: ChargeEvent) =>
  record(chargeStream(charges.chargeId), chargeCodec.encode(event));
const recordMerchant = (event: MerchantEvent) =>
  record(merchantStream(merchantId), merchantCodec.encode(event));

test('an entry says who did what to which, when and because of which request', () => {
  expect(entryFor(recordCharge(charges.created()), contexts)).toEqual({
    auditId: 'aud_01hf7yat00000010000000001a',
    tenant: operatorTenant,
    actor: 'operator',
    action: 'CreateCharge',
    subject: charges.chargeId,
    part: null,
    requestId: 'req_1',
    correlationId: 'cor_1',
    occurredAt: 1_700_000_000_000,
    outcome: 'done',
    event: 'ChargeCreated',
    partition: 1,
    position: 42,
  });
});

test.each([
  [recordCharge(charges.refundRequested(100)), 'RequestRefund', charges.chargeId, charges.refundId()],
  [recordCharge(charges.captureRequested(100)), 'CaptureCharge', charges.chargeId, charges.captureId()],
  [recordCharge(charges.captured()), 'RecordOutcome', charges.chargeId, null],
  [recordCharge(charges.failed()), 'RecordOutcome', charges.chargeId, null],
  [recordMerchant(created), 'CreateMerchant', merchantId, null],
  [recordMerchant(issued(1)), 'IssueKey', merchantId, keyId(1)],
  [recordMerchant(rotated(1, 2, 5_000)), 'RotateKey', merchantId, keyId(1)],
  [recordMerchant(revoked(1)), 'RevokeKey', merchantId, keyId(1)],
])('%# the action is the command, the part what the event names', (event, action, subject, part) => {
  expect(entryFor(event, contexts)).toMatchObject({ action, subject, part, event: event.type });
});

test('nothing of an event’s data but ids reaches the entry', () => {
  const secret = JSON.stringify(entryFor(recordMerchant(issued(255)), contexts));
  expect(secret).not.toContain('ff');
  expect(secret).not.toContain('sk_test');
  expect(JSON.stringify(entryFor(recordCharge(charges.created()), contexts))).not.toContain('tok_visa');
});

test('an event of a context that the audit does not know is audited under its own name', () => {
  const event = record('meter-met_1', { type: 'MeterVended', schemaVersion: 1, data: {} });
  expect(entryFor(event, contexts)).toMatchObject({
    action: 'MeterVended',
    subject: 'meter-met_1',
    part: null,
  });
});

test('a request id that is not known stays null', () => {
  const event = record(
    'x',
    { type: 'X', schemaVersion: 1, data: {} },
    { metadata: { actor: 'worker', correlationId: 'c' } },
  );
  expect(entryFor(event, contexts)).toMatchObject({ requestId: null, correlationId: 'c', subject: 'x' });
});

describe('ids', () => {
  const at = (recordedAt: number, position: number, partition = 1) =>
    auditIdOfEvent({ recordedAt, partition, position });

  test('sort by time, then by position, and the time range of an id is the range of its prefix', () => {
    const sorted = [at(1_000, 9), at(1_000, 10), at(1_000, 2 ** 50), at(1_001, 1), at(2 ** 48, 1)];
    expect([...sorted].reverse().sort()).toEqual(sorted);
    expect(timePrefix(1_000) <= (sorted[0] ?? '')).toBe(true);
    expect((sorted[2] ?? '') < timePrefix(1_001)).toBe(true);
    const refusal = auditIdOfRefusal(1_000, 'z'.repeat(26));
    expect(refusal > timePrefix(1_000) && refusal < timePrefix(1_001)).toBe(true);
  });

  test('have one shape', () => {
    for (const id of [at(0, 1), at(2 ** 48, 2 ** 50), auditIdOfRefusal(5, '0123456789abcdefghjkmnpqrs')])
      expect(isAuditId(id)).toBe(true);
    for (const text of ['aud_', 'aud_U1hf7yat000000100000000001', `${at(0, 1)}0`, at(0, 1).toUpperCase()])
      expect(isAuditId(text)).toBe(false);
  });

  test.each([-1, 1.5, Number.NaN, 32 ** 10])('a time of %d ms is a bug', (recordedAt) => {
    expect(() => at(recordedAt, 1)).toThrow();
  });
});

describe('a refusal', () => {
  const refusal: AuditRefusal = {
    tenant: null,
    actor: 'anonymous',
    action: 'CreateCharge',
    subject: null,
    outcome: 'denied',
    code: 'unauthorized',
    requestId: 'req_1',
    clientAddress: '127.0.0.1',
    occurredAt: 1_000,
  };

  test('keeps its facts, and correlates by its request', () => {
    const { auditId, ...facts } = factsOf(refusal, '0'.repeat(26));
    expect(facts).toEqual({ ...refusal, correlationId: 'req_1', count: 1 });
    expect(factsOf({ ...refusal, count: 7 }, '0'.repeat(26)).count).toBe(7);
    expect(auditId).toBe(`${timePrefix(1_000)}${'0'.repeat(16)}`);
  });

  test('keeps of hostile text what a database can store', () => {
    const facts = factsOf(
      { ...refusal, subject: 'a\u0000b\uD800c🙂', actor: 'x'.repeat(10_000) },
      '0'.repeat(26),
    );
    expect(facts.subject).toBe('a\uFFFDb\uFFFDc🙂');
    expect(facts.actor).toHaveLength(320);
    // A pair that the cut would split loses its half.
    expect(factsOf({ ...refusal, subject: `${'x'.repeat(319)}🙂` }, '0'.repeat(26)).subject).toBe(
      `${'x'.repeat(319)}\uFFFD`,
    );
  });
});
