import * as fc from 'fast-check';
import { type ApiKeyId, type MerchantId, fold } from '../../../src/core/kernel';
import { maxRotationOverlapMs } from '../../../src/core/accounts';
import {
  createMerchant,
  issueKey,
  maxUsableKeys,
  revokeKey,
  rotateKey,
} from '../../../src/core/accounts/decide-merchant';
import { type Merchant, isUsable, merchantDecider } from '../../../src/core/accounts/merchant';

const merchantId = 'mer_00000000000000000000000001' as MerchantId;
const keyIdAt = (n: number) => `key_${String(n).padStart(26, '0')}` as ApiKeyId;
const newKey = (n: number) => ({
  keyId: keyIdAt(n),
  kind: n % 2 === 0 ? ('secret' as const) : ('publishable' as const),
  livemode: n % 3 === 0,
  secretHash: n.toString(16).padStart(64, '0'),
  hint: 'sk_test_…abcd',
});

/** What can happen. `which` picks a key, or one past the last: an unknown one. `passMs` is the time before it. */
type Happening = { readonly passMs: number } & (
  | { readonly kind: 'issue' }
  | { readonly kind: 'rotate'; readonly which: number; readonly overlapMs: number }
  | { readonly kind: 'revoke'; readonly which: number }
);
const passMs = fc.constantFrom(0, 1, 1_000, 86_400_000);
const which = fc.nat(30);
const overlapMs = fc.constantFrom(0, 1, 1_000, 86_400_000, maxRotationOverlapMs);
const happenings: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('issue'), passMs }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('rotate'), which, overlapMs, passMs }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('revoke'), which, passMs }) },
);

/** Each key on paper: until when it opens the door; Infinity while nobody has said otherwise. */
interface KeyModel {
  status: 'active' | 'rotated' | 'revoked';
  goodUntilMs: number;
}

function happen(keys: KeyModel[], happening: Happening, nowMs: number): string | null {
  const usable = keys.filter(({ goodUntilMs }) => nowMs < goodUntilMs).length;
  if (happening.kind === 'issue') {
    if (usable >= maxUsableKeys) return 'too_many_api_keys';
    keys.push({ status: 'active', goodUntilMs: Infinity });
    return null;
  }
  const key = keys[happening.which];
  if (key === undefined) return 'api_key_not_found';
  if (happening.kind === 'revoke') {
    key.status = 'revoked';
    key.goodUntilMs = Math.min(key.goodUntilMs, nowMs);
    return null;
  }
  if (key.status !== 'active') return 'api_key_not_active';
  const replaced = happening.overlapMs === 0 ? 1 : 0;
  if (usable - replaced >= maxUsableKeys) return 'too_many_api_keys';
  Object.assign(key, { status: 'rotated', goodUntilMs: nowMs + happening.overlapMs });
  keys.push({ status: 'active', goodUntilMs: Infinity });
  return null;
}

function decide(merchant: Merchant, happening: Happening, keyCount: number, nowMs: number) {
  switch (happening.kind) {
    case 'issue': {
      const { kind, livemode } = newKey(keyCount);
      return issueKey(merchant, { merchantId, kind, livemode, createdAt: nowMs }, newKey(keyCount));
    }
    case 'rotate':
      return rotateKey(
        merchant,
        { merchantId, keyId: keyIdAt(happening.which), overlapMs: happening.overlapMs, createdAt: nowMs },
        ({ kind, livemode }) => ({ ...newKey(keyCount), kind, livemode }),
      );
    case 'revoke':
      return revokeKey(merchant, { merchantId, keyId: keyIdAt(happening.which), revokedAt: nowMs });
  }
}

test('whatever is done with keys in whatever order, exactly those of the model open the door', () => {
  const beginning = fc.integer({ min: 0, max: maxUsableKeys });
  fc.assert(
    fc.property(beginning, fc.array(happenings, { maxLength: 60 }), (count, story) => {
      let nowMs = 1_000;
      const first = Array.from({ length: count }, (_, n) => newKey(n));
      const creation = createMerchant(
        merchantDecider.initial,
        { merchantId, name: 'Acme', createdAt: nowMs },
        first,
      );
      if (!creation.ok) throw new Error('a new merchant is never refused');
      let merchant = fold(merchantDecider, creation.value);
      const model: KeyModel[] = first.map(() => ({ status: 'active', goodUntilMs: Infinity }));
      for (const happening of story) {
        nowMs += happening.passMs;
        const decision = decide(merchant, happening, model.length, nowMs);
        const refusal = happen(model, happening, nowMs);
        expect(decision.ok ? null : decision.refusal.code).toBe(refusal);
        if (decision.ok) merchant = fold(merchantDecider, decision.value, merchant);
        if (merchant.status === 'none') throw new Error('a merchant that exists goes on to exist');
        const { keys } = merchant;
        expect(keys.map(({ keyId }) => keyId)).toEqual(model.map((_, n) => keyIdAt(n)));
        expect(keys.map(({ status }) => status)).toEqual(model.map(({ status }) => status));
        const good = keys.filter((key) => isUsable(key, nowMs)).length;
        expect(good).toBe(model.filter(({ goodUntilMs }) => nowMs < goodUntilMs).length);
        expect(good).toBeLessThanOrEqual(maxUsableKeys);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('a rotated key is replaced by one of its own kind and side, and none is ever forgotten', () => {
  fc.assert(
    fc.property(fc.nat(9), overlapMs, (which, overlap) => {
      const keys = Array.from({ length: 10 }, (_, n) => newKey(n));
      const creation = createMerchant(
        merchantDecider.initial,
        { merchantId, name: 'Acme', createdAt: 1 },
        keys,
      );
      const before = fold(merchantDecider, creation.ok ? creation.value : []);
      const rotation = decide(before, { kind: 'rotate', which, overlapMs: overlap, passMs: 0 }, 10, 2_000);
      const after = fold(merchantDecider, rotation.ok ? rotation.value : [], before);
      if (after.status === 'none') throw new Error('it exists');
      const { kind, livemode } = newKey(which);
      expect(after.keys).toHaveLength(11);
      expect(after.keys[10]).toMatchObject({ status: 'active', kind, livemode });
      expect(after.keys[which]).toMatchObject({ status: 'rotated', replacedBy: keyIdAt(10) });
    }),
  );
});

test('nothing is decided about a merchant that is not there', () => {
  fc.assert(
    fc.property(happenings, (happening) => {
      const decision = decide(merchantDecider.initial, happening, 0, 1_000);
      expect(decision).toMatchObject({ ok: false, refusal: { code: 'merchant_not_found' } });
    }),
  );
});
