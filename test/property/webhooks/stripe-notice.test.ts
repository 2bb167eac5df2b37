import * as fc from 'fast-check';
import Stripe from 'stripe';
import { noticeTypes, verifyNotice } from '../../../src/adapters/psp/stripe/notice';

const { webhooks } = new Stripe('sk_test_notices');
const secret = 'whsec_current';
const nowMs = 1_800_000_000_000;

const verify = (rawBody: Buffer, signature: string | undefined) =>
  verifyNotice({ webhooks, secrets: [secret], installation: 'inst_1' }, { rawBody, signature, nowMs });

const signed = (payload: string, sentAtMs = nowMs) =>
  webhooks.generateTestHeaderString({ payload, secret, timestamp: Math.floor(sentAtMs / 1000) });

const events = fc
  .record({
    id: fc.stringMatching(/^evt_[0-9A-Za-z]{1,24}$/),
    type: fc.constantFrom<string>(...noticeTypes),
    note: fc.string({ unit: 'grapheme' }),
  })
  .map(({ id, type, note }) =>
    JSON.stringify({
      id,
      type,
      data: {
        object: {
          note,
          metadata: {
            charge_id: 'ch_00000000000000000000000001',
            tenant: 'mer_00000000000000000000000001_test',
            installation: 'inst_1',
          },
        },
      },
    }),
  );

test('what Stripe signed is a notice', () => {
  fc.assert(
    fc.property(events, fc.integer({ min: -300, max: 300 }), (body, ageSeconds) => {
      expect(verify(Buffer.from(body), signed(body, nowMs - ageSeconds * 1_000)).kind).toBe('notice');
    }),
  );
});

test('any bytes under any header are answered, never thrown at the caller, and never believed', () => {
  const header = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constant(undefined),
    fc
      .tuple(
        fc.constantFrom('', 't=', 't=1800000000', 't=1e9', 't=-1'),
        fc.constantFrom(',', '', ';'),
        fc.string(),
      )
      .map(([stamp, between, rest]) => `${stamp}${between}v1=${rest}`),
    fc.stringMatching(/^t=18000000\d\d,v1=[0-9a-f]{64}$/),
  );
  fc.assert(
    fc.property(fc.uint8Array(), header, (bytes, signature) => {
      expect(verify(Buffer.from(bytes), signature)).toMatchObject({ kind: 'rejected' });
    }),
    { numRuns: 500 },
  );
});

test('any signed bytes are answered too, whatever they hold', () => {
  const anything = fc.oneof(fc.string({ unit: 'grapheme' }), fc.json(), events);
  fc.assert(
    fc.property(anything, (body) => {
      expect(['notice', 'irrelevant', 'rejected']).toContain(verify(Buffer.from(body), signed(body)).kind);
    }),
  );
});

test('one altered, added or missing byte of the body: rejected', () => {
  const change = fc.oneof(
    fc.record({ kind: fc.constant('alter' as const), by: fc.integer({ min: 1, max: 255 }) }),
    fc.record({ kind: fc.constant('add' as const), by: fc.nat(255) }),
    fc.record({ kind: fc.constant('remove' as const), by: fc.constant(0) }),
  );
  fc.assert(
    fc.property(events, fc.nat(), change, (body, place, { kind, by }) => {
      const bytes = Buffer.from(body);
      const at = place % bytes.length;
      const head = bytes.subarray(0, at);
      const middle = { alter: [(bytes[at] ?? 0) ^ by], add: [by, bytes[at] ?? 0], remove: [] }[kind];
      const changed = Buffer.concat([head, Buffer.from(middle), bytes.subarray(at + 1)]);
      expect(verify(changed, signed(body))).toMatchObject({ kind: 'rejected', reason: 'signature_invalid' });
    }),
    { numRuns: 1_000 },
  );
});

test('one altered character of the signature or its time: rejected', () => {
  fc.assert(
    fc.property(events, fc.nat(), fc.stringMatching(/^[0-9a-fx,= ]$/), (body, place, character) => {
      const header = signed(body);
      const at = place % header.length;
      fc.pre(header[at] !== character);
      const changed = header.slice(0, at) + character + header.slice(at + 1);
      expect(verify(Buffer.from(body), changed)).toMatchObject({ kind: 'rejected' });
    }),
    { numRuns: 1_000 },
  );
});

test('a notice older, or further in the future, than five minutes: rejected', () => {
  fc.assert(
    fc.property(
      events,
      fc.integer({ min: 301, max: 10_000_000 }),
      fc.boolean(),
      (body, seconds, isFuture) => {
        const sentAtMs = nowMs + (isFuture ? seconds : -seconds) * 1_000;
        expect(verify(Buffer.from(body), signed(body, sentAtMs))).toMatchObject({
          kind: 'rejected',
          reason: 'timestamp_outside_tolerance',
        });
      },
    ),
  );
});
