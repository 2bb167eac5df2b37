import Stripe from 'stripe';
import { noticeTypes, verifyNotice } from '../../../src/adapters/psp/stripe/notice';

const { webhooks } = new Stripe('sk_test_notices');
const secret = 'whsec_current';
const nowMs = 1_800_000_000_000;
const tenant = 'mer_00000000000000000000000001_test';
const chargeId = 'ch_00000000000000000000000001';
const refundId = 're_00000000000000000000000001';
const installation = 'inst_1';
const metadata = { charge_id: chargeId, tenant, installation };

const eventOf = (type: string, object: object) =>
  JSON.stringify({ id: 'evt_1', object: 'event', type, data: { object } });
const paid = eventOf('payment_intent.succeeded', { id: 'pi_1', object: 'payment_intent', metadata });

function signed(
  payload: string,
  change: { readonly secret?: string; readonly sentAtMs?: number } = {},
): string {
  return webhooks.generateTestHeaderString({
    payload,
    secret: change.secret ?? secret,
    timestamp: (change.sentAtMs ?? nowMs) / 1000,
  });
}
const verify = (
  body: string | Buffer,
  signature: string | undefined,
  secrets: readonly string[] = [secret],
) => verifyNotice({ webhooks, secrets, installation }, { rawBody: Buffer.from(body), signature, nowMs });

describe('notices of Stripe', () => {
  test('a payment’s notice names tenant and charge, and nothing of the card', () => {
    const body = eventOf('payment_intent.payment_failed', {
      object: 'payment_intent',
      metadata,
      last_payment_error: { payment_method: { card: { last4: '4242', fingerprint: 'abc' } } },
    });
    expect(verify(body, signed(body))).toEqual({
      kind: 'notice',
      notice: { eventId: 'evt_1', type: 'payment_intent.payment_failed', tenant, chargeId, concerns: 'end' },
    });
  });

  test.each(['refund.created', 'refund.updated', 'refund.failed', 'charge.refund.updated'])(
    '%s names the refund too',
    (type) => {
      const body = eventOf(type, { object: 'refund', metadata: { ...metadata, refund_id: refundId } });
      expect(verify(body, signed(body))).toEqual({
        kind: 'notice',
        notice: { eventId: 'evt_1', type, tenant, chargeId, refundId },
      });
    },
  );

  test('a refund made in the dashboard is told by its charge', () => {
    const body = eventOf('charge.refunded', { object: 'charge', metadata });
    expect(verify(body, signed(body))).toEqual({
      kind: 'notice',
      notice: { eventId: 'evt_1', type: 'charge.refunded', tenant, chargeId, concerns: 'refunds' },
    });
  });

  test.each([
    ['a type that nobody acts on', eventOf('customer.created', { object: 'customer', metadata })],
    [
      'a payment of somebody else',
      eventOf('payment_intent.succeeded', { object: 'payment_intent', metadata: {} }),
    ],
    ['no metadata', eventOf('payment_intent.succeeded', { object: 'payment_intent' })],
    [
      'an id of another shape',
      eventOf('payment_intent.succeeded', { metadata: { ...metadata, charge_id: 'ch_1' } }),
    ],
    [
      'a tenant of another shape',
      eventOf('payment_intent.succeeded', { metadata: { ...metadata, tenant: 'x' } }),
    ],
  ])('%s is irrelevant', (_name, body) => {
    expect(verify(body, signed(body))).toMatchObject({ kind: 'irrelevant', eventId: 'evt_1' });
  });

  test.each(['not JSON', '[]', 'null', '{}', '{"id":1,"type":"x","data":{}}', '{"id":"evt_1","type":"x"}'])(
    'a signed body of %s is malformed',
    (body) => {
      expect(verify(body, signed(body))).toEqual({ kind: 'rejected', reason: 'malformed' });
    },
  );

  test('while a secret is replaced both are good; afterwards the old one is not', () => {
    const withOld = signed(paid, { secret: 'whsec_old' });
    expect(verify(paid, withOld, [secret, 'whsec_old']).kind).toBe('notice');
    expect(verify(paid, signed(paid), [secret, 'whsec_old']).kind).toBe('notice');
    expect(verify(paid, withOld, [secret])).toEqual({ kind: 'rejected', reason: 'signature_invalid' });
    expect(verify(paid, withOld, [])).toEqual({ kind: 'rejected', reason: 'signature_invalid' });
  });

  test('one of several signatures in the header is enough, as Stripe sends during a rotation', () => {
    const [stamp, signature] = signed(paid).split(',');
    expect(verify(paid, `${stamp},v1=${'0'.repeat(64)},${signature}`).kind).toBe('notice');
  });

  test.each([
    [300_000, 'notice'],
    [301_000, 'rejected'],
    [-300_000, 'notice'],
    [-301_000, 'rejected'],
  ])('signed %s ms ago: %s', (agoMs, kind) => {
    const verdict = verify(paid, signed(paid, { sentAtMs: nowMs - agoMs }));
    expect(verdict.kind).toBe(kind);
    if (verdict.kind === 'rejected') expect(verdict.reason).toBe('timestamp_outside_tolerance');
  });

  test.each([undefined, ''])('without a signature (%j) it is rejected', (signature) => {
    expect(verify(paid, signature)).toEqual({ kind: 'rejected', reason: 'signature_missing' });
  });

  test('a header that is not just as Stripe writes it is rejected', () => {
    const [stamp, signature] = signed(paid).split(',') as [string, string];
    const headers = [
      'nonsense',
      stamp,
      signature,
      `t=,${signature}`,
      `t=1e9,${signature}`,
      `t=-5,${signature}`,
      `${stamp},v0=${signature.slice(3)}`,
      `${stamp},${signature}0`,
      `t=1,${stamp},${signature}`,
      `${stamp},${stamp},${signature}`,
    ];
    for (const header of headers)
      expect(verify(paid, header)).toEqual({ kind: 'rejected', reason: 'signature_invalid' });
  });

  test('bytes that only decode to what was signed are rejected', () => {
    const withReplacement = eventOf('payment_intent.succeeded', { metadata, note: '\ufffd' });
    const signature = signed(withReplacement);
    expect(verify(withReplacement, signature).kind).toBe('notice');
    const bytes = Buffer.from(withReplacement);
    const at = bytes.indexOf(Buffer.from('\ufffd'));
    const invalid = Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff]), bytes.subarray(at + 3)]);
    expect(verify(invalid, signature)).toEqual({ kind: 'rejected', reason: 'signature_invalid' });
    const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]);
    expect(verify(marked, signature)).toEqual({ kind: 'rejected', reason: 'signature_invalid' });
  });

  test('Stripe is asked for the types that are acted on, each once', () => {
    expect(new Set(noticeTypes).size).toBe(noticeTypes.length);
  });
});
