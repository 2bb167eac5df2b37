import crypto from 'node:crypto';
import Stripe from 'stripe';
import { verifyNotice } from '../../../src/adapters/psp/stripe/notice';
import { type System, startSystem } from '../api/memory-system';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => system.stop());

/** Ends with another character, and has the same length. */
const mutilated = (key: string): string => `${key.slice(0, -1)}${key.endsWith('a') ? 'b' : 'a'}`;

/** How Node.js compares in constant time, watched and not replaced. */
const watchComparisons = () => jest.spyOn(crypto, 'timingSafeEqual');

test("a merchant's key is compared in constant time, as a hash, right or wrong", async () => {
  const { secretKey } = await system.openShop();
  for (const [key, status] of [
    [secretKey, 200],
    [mutilated(secretKey), 401],
  ] as const) {
    const comparisons = watchComparisons();
    expect((await system.as(key).get('/v1/charges')).status).toBe(status);
    expect(comparisons).toHaveBeenCalled();
    // What is compared is as long as a hash in hexadecimal digits, never the key itself.
    for (const sides of comparisons.mock.calls)
      expect(sides.map(({ byteLength }) => byteLength)).toEqual([64, 64]);
    comparisons.mockRestore();
  }
});

test("the operator's key is compared in constant time, right or wrong", async () => {
  for (const [key, status] of [
    [system.operatorKey, 200],
    [mutilated(system.operatorKey), 401],
    ['ok_of-another-length', 401],
  ] as const) {
    const comparisons = watchComparisons();
    expect((await system.as(key).get('/v1/merchants')).status).toBe(status);
    expect(comparisons.mock.calls.length).toBeGreaterThan(0);
    comparisons.mockRestore();
  }
});

test("the signature of a provider's notice is compared in constant time, right or wrong", () => {
  const { webhooks } = new Stripe('sk_test_notices');
  const secret = 'whsec_current';
  const payload = '{"id":"evt_1","type":"customer.created","data":{"object":{}}}';
  const signature = webhooks.generateTestHeaderString({ payload, secret, timestamp: 1_800_000_000 });
  for (const header of [signature, mutilated(signature)]) {
    const comparisons = watchComparisons();
    const request = { rawBody: Buffer.from(payload), signature: header, nowMs: 1_800_000_000_000 };
    const { kind } = verifyNotice({ webhooks, secrets: [secret], installation: 'inst_1' }, request);
    expect(kind).toBe(header === signature ? 'irrelevant' : 'rejected');
    expect(comparisons).toHaveBeenCalled();
    comparisons.mockRestore();
  }
});
