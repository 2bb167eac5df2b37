import { isUsable, maxRotationOverlapMs, merchantCodec, merchantDecider } from '../../../src/core/accounts';
import {
  createMerchant,
  issueKey,
  maxUsableKeys,
  revokeKey,
  rotateKey,
} from '../../../src/core/accounts/decide-merchant';
import { InvariantViolation, fold } from '../../../src/core/kernel';
import { given } from '../../support/decider';
import { created, issued, keyId, merchantId, newKey, revoked, rotated } from './merchants';

const nowMs = 10_000;
const issue = { merchantId, kind: 'secret', livemode: false, createdAt: nowMs } as const;
const rotate = (n: number, overlapMs: number) => ({
  merchantId,
  keyId: keyId(n),
  overlapMs,
  createdAt: nowMs,
});
const revoke = (n: number) => ({ merchantId, keyId: keyId(n), revokedAt: nowMs });
const full = [created, ...Array.from({ length: maxUsableKeys }, (_, n) => issued(n))];

describe('creating a merchant', () => {
  const command = { merchantId, name: 'Acme', createdAt: nowMs };

  test('records the merchant and its keys', () => {
    given(merchantDecider, [])
      .when((merchant) => createMerchant(merchant, command, [newKey(1), newKey(2)]))
      .thenEvents(
        { type: 'MerchantCreated', merchantId, name: 'Acme', createdAt: nowMs },
        { type: 'ApiKeyIssued', keyId: keyId(1), createdAt: nowMs },
        { type: 'ApiKeyIssued', keyId: keyId(2), createdAt: nowMs },
      );
  });

  test('happens once', () => {
    const existing = fold(merchantDecider, [created]);
    expect(() => createMerchant(existing, command, [])).toThrow(InvariantViolation);
    expect(() => fold(merchantDecider, [created, created])).toThrow(InvariantViolation);
    expect(() => fold(merchantDecider, [issued(1)])).toThrow(InvariantViolation);
  });
});

describe('issuing a key', () => {
  test('adds an active key', () => {
    const { state } = given(merchantDecider, [created]).when((merchant) =>
      issueKey(merchant, issue, newKey(1)),
    );
    expect(state).toMatchObject({ status: 'active', keys: [{ keyId: keyId(1), status: 'active' }] });
  });

  test('is refused for an unknown merchant', () => {
    given(merchantDecider, [])
      .when((merchant) => issueKey(merchant, issue, newKey(1)))
      .thenRefused('merchant_not_found', merchantId);
  });

  test('is refused at the limit of usable keys, and revoked or expired keys do not count', () => {
    const one = (merchant: Parameters<typeof issueKey>[0]) => issueKey(merchant, issue, newKey(99));
    given(merchantDecider, full).when(one).thenRefused('too_many_api_keys', String(maxUsableKeys));
    given(merchantDecider, [...full, revoked(3)])
      .when(one)
      .thenEvents({ keyId: keyId(99) });
    given(merchantDecider, [...full, rotated(3, 4, nowMs)])
      .when(one)
      .thenEvents({ keyId: keyId(99) });
    given(merchantDecider, [...full, rotated(3, 4, nowMs + 1)])
      .when(one)
      .thenRefused('too_many_api_keys');
  });
});

describe('rotating a key', () => {
  const mint = () => newKey(2);

  test('issues the replacement and lets the old key expire after the overlap', () => {
    const { state } = given(merchantDecider, [created, issued(1)]).when((merchant) =>
      rotateKey(merchant, rotate(1, 5_000), mint),
    );
    expect(state).toMatchObject({
      keys: [
        { keyId: keyId(1), status: 'rotated', replacedBy: keyId(2), expiresAt: nowMs + 5_000 },
        { keyId: keyId(2), status: 'active' },
      ],
    });
  });

  test('tells the mint which key is replaced', () => {
    const key = { kind: 'publishable', livemode: true } as const;
    const replaced: unknown[] = [];
    given(merchantDecider, [created, issued(1, key)]).when((merchant) =>
      rotateKey(merchant, rotate(1, 0), (old) => {
        replaced.push(old);
        return newKey(2, key);
      }),
    );
    expect(replaced).toMatchObject([{ keyId: keyId(1), ...key }]);
  });

  test.each([
    ['unknown merchant', [], 'merchant_not_found', merchantId],
    ['unknown key', [created, issued(7)], 'api_key_not_found', keyId(1)],
    ['rotated key', [created, issued(1), issued(2), rotated(1, 2, 20_000)], 'api_key_not_active', 'rotated'],
    ['revoked key', [created, issued(1), revoked(1)], 'api_key_not_active', 'revoked'],
  ] as const)('is refused: %s', (_, events, code, mention) => {
    given(merchantDecider, events)
      .when((merchant) => rotateKey(merchant, rotate(1, 0), mint))
      .thenRefused(code, mention);
  });

  test('counts both keys during the overlap, so at the limit only a rotation without overlap passes', () => {
    const replacement = () => newKey(99);
    given(merchantDecider, full)
      .when((merchant) => rotateKey(merchant, rotate(1, 1), replacement))
      .thenRefused('too_many_api_keys');
    given(merchantDecider, full)
      .when((merchant) => rotateKey(merchant, rotate(1, 0), replacement))
      .thenEvents({ keyId: keyId(99) }, { type: 'ApiKeyRotated', expiresAt: nowMs });
  });

  test.each([-1, maxRotationOverlapMs + 1])('an overlap of %d ms is a bug of the caller', (overlapMs) => {
    const merchant = fold(merchantDecider, [created, issued(1)]);
    expect(() => rotateKey(merchant, rotate(1, overlapMs), mint)).toThrow(InvariantViolation);
  });
});

describe('revoking a key', () => {
  test.each([
    ['active', [created, issued(1)], null],
    ['in its overlap', [created, issued(1), issued(2), rotated(1, 2, 20_000)], keyId(2)],
    ['expired', [created, issued(1), issued(2), rotated(1, 2, 5_000)], keyId(2)],
  ])('ends a key that is %s, and keeps which one took its place', (_, events, replacedBy) => {
    const { state } = given(merchantDecider, events).when((merchant) => revokeKey(merchant, revoke(1)));
    expect(state).toMatchObject({
      keys: expect.arrayContaining([
        expect.objectContaining({ keyId: keyId(1), status: 'revoked', replacedBy, revokedAt: nowMs }),
      ]) as unknown,
    });
  });

  test('again is written down, and changes nothing: not even the time', () => {
    const { state: before } = given(merchantDecider, [created, issued(1), revoked(1)]);
    const again = given(merchantDecider, [created, issued(1), revoked(1)]).when((merchant) =>
      revokeKey(merchant, revoke(1)),
    );
    again.thenEvents({ type: 'ApiKeyRevoked', keyId: keyId(1), revokedAt: nowMs });
    expect(again.state).toEqual(before);
  });

  test('is refused for an unknown merchant and an unknown key', () => {
    given(merchantDecider, [])
      .when((merchant) => revokeKey(merchant, revoke(1)))
      .thenRefused('merchant_not_found', merchantId);
    given(merchantDecider, [created])
      .when((merchant) => revokeKey(merchant, revoke(1)))
      .thenRefused('api_key_not_found', keyId(1));
  });
});

test('a rotated key is usable until its expiry, not at it; a revoked one never', () => {
  const merchant = fold(merchantDecider, [
    created,
    issued(1),
    issued(2),
    rotated(1, 2, 5_000),
    issued(3),
    revoked(3),
  ]);
  const keys = merchant.status === 'active' ? merchant.keys : [];
  expect(keys.map((key) => [isUsable(key, 4_999), isUsable(key, 5_000)])).toEqual([
    [true, false],
    [true, true],
    [false, false],
  ]);
});

test('events survive the journal', () => {
  for (const event of [created, issued(1), rotated(1, 2, 5_000), revoked(1)])
    expect(merchantCodec.decode(merchantCodec.encode(event))).toEqual(event);
});
