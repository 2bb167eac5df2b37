import { createHash } from 'node:crypto';
import type { InboundNotice } from '../../../src/api/dependencies';
import type { NoticeVerdict } from '../../../src/core/ports';
import { clientOf } from './client';
import { startSystem } from './memory-system';

const path = '/v1/psp/stripe/webhooks';
const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** A system whose provider's verdict the test decides, and what it was asked. */
async function receiving(verdict: NoticeVerdict | Error) {
  const received: InboundNotice[] = [];
  const system = await startSystem({
    limits: { anonymousPerMinute: 1 },
    change: (dependencies) => ({
      ...dependencies,
      receiveNotice: (notice) => {
        received.push(notice);
        return verdict instanceof Error ? Promise.reject(verdict) : Promise.resolve(verdict);
      },
    }),
  });
  return { system, received, stripe: clientOf(system.baseUrl) };
}

const irrelevant: NoticeVerdict = { kind: 'irrelevant', eventId: 'evt_1', type: 'ping' };

test('the bytes arrive as they were sent, whatever their type, and are not limited by address', async () => {
  const { system, received, stripe } = await receiving(irrelevant);
  try {
    const bodies = ['{ "a" : 1.50 }\n', '\u0000ÿ', 'not json', ''];
    const types = ['application/json', 'application/json; charset=utf-8', 'text/plain', 'application/json'];
    for (const [index, body] of bodies.entries()) {
      const bytes = Buffer.from(body, 'latin1');
      const answer = await stripe.call('POST', path, {
        body: bytes,
        key: null,
        headers: { 'content-type': types[index] ?? '', 'stripe-signature': 't=1,v1=x' },
      });
      expect([answer.status, answer.body]).toEqual([200, { received: true }]);
      expect(sha(received.at(-1)?.rawBody ?? Buffer.from('none'))).toBe(sha(bytes));
      expect(received.at(-1)?.signature).toBe('t=1,v1=x');
    }
  } finally {
    await system.stop();
  }
});

test.each([
  ['signature_missing', 'signature_missing'],
  ['signature_invalid', 'signature_invalid'],
  ['timestamp_outside_tolerance', 'timestamp_outside_tolerance'],
  ['malformed', 'notice_malformed'],
] as const)('%s is 400', async (reason, code) => {
  const { system, stripe } = await receiving({ kind: 'rejected', reason });
  try {
    const answer = await stripe.post(path, '{}', { key: null });
    expect([answer.status, answer.body['code']]).toEqual([400, code]);
  } finally {
    await system.stop();
  }
});

test('what could not be stored is not answered 200, so that the provider sends it again', async () => {
  const { system, stripe } = await receiving(Object.assign(new Error('gone'), { code: 'ECONNRESET' }));
  try {
    expect((await stripe.post(path, '{}', { key: null })).status).toBe(503);
  } finally {
    await system.stop();
  }
});

test('a body over 1 MiB is 413', async () => {
  const { system, received, stripe } = await receiving(irrelevant);
  try {
    expect((await stripe.post(path, 'x'.repeat(1_048_577), { key: null })).status).toBe(413);
    expect(received).toEqual([]);
  } finally {
    await system.stop();
  }
});

test('refused notices count against their address: beyond its share 429 with Retry-After, and valid ones are stored still', async () => {
  let verdict: NoticeVerdict = { kind: 'rejected', reason: 'signature_invalid' };
  const system = await startSystem({
    limits: { anonymousPerMinute: 3 },
    change: (dependencies) => ({ ...dependencies, receiveNotice: () => Promise.resolve(verdict) }),
  });
  try {
    const statuses: number[] = [];
    for (let n = 0; n < 5; n += 1)
      statuses.push((await system.anonymous.post(path, '{}', { key: null })).status);
    expect(statuses).toEqual([400, 400, 400, 429, 429]);
    const refused = await system.anonymous.post(path, 'x'.repeat(1_048_577), { key: null });
    expect([refused.status, refused.body['code']]).toEqual([429, 'rate_limited']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    verdict = irrelevant;
    expect((await system.anonymous.post(path, '{}', { key: null })).status).toBe(200);
  } finally {
    await system.stop();
  }
});
