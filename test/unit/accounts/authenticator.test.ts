import { createBoundedCache } from '../../../src/adapters/embedded/bounded-cache';
import { nodeKeyMaterial } from '../../../src/adapters/embedded/secret-keys';
import { createSeededIds } from '../../../src/adapters/memory/ids';
import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import {
  type Authenticator,
  type IssuedKey,
  createAuthenticator,
  createKeyMint,
  createMerchant,
  issueKey,
  mintOperatorKey,
  noticeMerchantChanges,
  revokeKey,
  rotateKey,
} from '../../../src/core/accounts';
import { type MerchantId, newId } from '../../../src/core/kernel';
import { type Journal, JournalUnavailable } from '../../../src/core/ports';

const metadata = { actor: 'operator', correlationId: 'req_1' };

/** One installation: a journal whose reads are counted and can be held, and an authenticator on it. */
async function installation(options: { readonly watched?: boolean; readonly cacheSize?: number } = {}) {
  let nowMs = 1_000_000;
  const clock = () => nowMs;
  const ids = createSeededIds();
  const stored = createMemoryJournal({ clock });
  let reads = 0;
  let gate: Promise<void> = Promise.resolve();
  const journal: Journal = {
    ...stored,
    async readStream(tenant, stream) {
      reads += 1;
      const events = await stored.readStream(tenant, stream);
      await gate;
      return events;
    },
  };
  const operator = mintOperatorKey(nodeKeyMaterial);
  const authenticator: Authenticator = createAuthenticator({
    journal,
    keyMaterial: nodeKeyMaterial,
    clock,
    createCache: createBoundedCache,
    operatorKeyHash: operator.hash,
    maxAgeMs: 1_000,
    ...(options.cacheSize === undefined ? {} : { cacheSize: options.cacheSize }),
  });
  const commands =
    options.watched === false ? stored : noticeMerchantChanges(stored, (id) => authenticator.forget(id));
  const mintKey = createKeyMint({ ids, keyMaterial: nodeKeyMaterial });

  async function newMerchant(): Promise<{
    merchantId: MerchantId;
    keys: readonly IssuedKey[];
    text: string;
  }> {
    const merchantId = newId('mer', ids);
    const made = await createMerchant(commands, mintKey)(
      { merchantId, name: 'Acme', createdAt: nowMs },
      { metadata },
    );
    if (made.kind !== 'done') throw new Error(made.kind);
    return { merchantId, keys: made.keys, text: made.keys[0]?.text ?? '' };
  }

  return {
    ...authenticator,
    operator,
    mintKey,
    newMerchant,
    commands,
    stored,
    merchant: await newMerchant(),
    reads: () => reads,
    pass: (ms: number) => (nowMs += ms),
    now: clock,
    hold: (until: Promise<void>) => {
      gate = until;
    },
    revoke: (merchantId: MerchantId, key: IssuedKey | undefined) =>
      revokeKey(commands)(
        { merchantId, keyId: key?.keyId ?? newId('key', ids), revokedAt: nowMs },
        { metadata },
      ),
  };
}

test('every key of a merchant leads to its side and to what it may do', async () => {
  const { authenticate, merchant } = await installation();
  const { merchantId, keys } = merchant;
  const principals = await Promise.all(keys.map(async ({ text }) => authenticate(text)));
  const of = (n: number) => ({ kind: 'merchant', merchantId, keyId: keys[n]?.keyId });
  expect(principals).toEqual([
    { ...of(0), tenant: `${merchantId}_test`, livemode: false, keyKind: 'secret' },
    { ...of(1), tenant: `${merchantId}_test`, livemode: false, keyKind: 'publishable' },
    { ...of(2), tenant: `${merchantId}_live`, livemode: true, keyKind: 'secret' },
    { ...of(3), tenant: `${merchantId}_live`, livemode: true, keyKind: 'publishable' },
  ]);
});

test('the operator’s key leads to the operator, and to nobody where none is configured', async () => {
  const { authenticate, operator, stored, now } = await installation();
  expect(await authenticate(operator.text)).toEqual({ kind: 'operator' });
  expect(await authenticate(`${operator.text}x`)).toBeNull();
  const closed = createAuthenticator({
    journal: stored,
    keyMaterial: nodeKeyMaterial,
    clock: now,
    createCache: createBoundedCache,
    operatorKeyHash: null,
  });
  expect(await closed.authenticate(operator.text)).toBeNull();
});

test('misshapen, mistyped and over-long credentials cost no read', async () => {
  const { authenticate, merchant, reads } = await installation();
  const { text } = merchant;
  const typo = `${text.slice(0, 40)}${text.charAt(40) === 'a' ? 'b' : 'a'}${text.slice(41)}`;
  for (const credential of ['', 'sk_test_1', `${text}0`, typo, 'x'.repeat(100_000)])
    expect(await authenticate(credential)).toBeNull();
  expect(reads()).toBe(0);
});

test('a key of another installation, of an unknown merchant or of the other side is nobody', async () => {
  const here = await installation();
  const { merchantId, keys } = here.merchant;
  const guessed = here.mintKey({ merchantId, kind: 'secret', livemode: false }).text;
  const stranger = here.mintKey({
    merchantId: `mer_${'z'.repeat(26)}` as MerchantId,
    kind: 'secret',
    livemode: false,
  }).text;
  const otherSide = (keys[0]?.text ?? '').replace('sk_test', 'sk_live');
  for (const credential of [guessed, stranger, otherSide])
    expect(await here.authenticate(credential)).toBeNull();
});

test('a merchant is read once within the maximum age, and concurrent requests share the read', async () => {
  const { authenticate, merchant, reads, pass } = await installation();
  await Promise.all(Array.from({ length: 50 }, async () => authenticate(merchant.text)));
  pass(999);
  await authenticate(merchant.text);
  expect(reads()).toBe(1);
  pass(1);
  await authenticate(merchant.text);
  expect(reads()).toBe(2);
});

test('a clock that was set back makes a merchant be read again', async () => {
  const { authenticate, merchant, reads, pass } = await installation();
  await authenticate(merchant.text);
  pass(-1);
  await authenticate(merchant.text);
  expect(reads()).toBe(2);
});

test('guessing keys of an unknown merchant costs one read within the maximum age', async () => {
  const { authenticate, mintKey, reads } = await installation();
  const merchantId = `mer_${'z'.repeat(26)}` as MerchantId;
  for (let n = 0; n < 20; n += 1)
    expect(await authenticate(mintKey({ merchantId, kind: 'secret', livemode: false }).text)).toBeNull();
  expect(reads()).toBe(1);
});

test('guessing merchants does not drive a real one out of memory', async () => {
  const { authenticate, merchant, mintKey, reads } = await installation({ cacheSize: 2 });
  await authenticate(merchant.text);
  for (let n = 10; n < 30; n += 1) {
    const merchantId = `mer_${String(n).repeat(13)}` as MerchantId;
    await authenticate(mintKey({ merchantId, kind: 'secret', livemode: false }).text);
  }
  const before = reads();
  expect(await authenticate(merchant.text)).not.toBeNull();
  expect(reads()).toBe(before);
});

test('memory is bounded: what was used least recently is read again', async () => {
  const here = await installation({ cacheSize: 2 });
  const merchants = [here.merchant, await here.newMerchant(), await here.newMerchant()];
  for (const { text } of merchants) expect(await here.authenticate(text)).not.toBeNull();
  expect(here.reads()).toBe(3);
  await here.authenticate(merchants[0]?.text ?? '');
  expect(here.reads()).toBe(4);
});

test('the next request after a revocation in this process is refused', async () => {
  const { authenticate, merchant, revoke } = await installation();
  expect(await authenticate(merchant.text)).not.toBeNull();
  expect(await revoke(merchant.merchantId, merchant.keys[0])).toMatchObject({ kind: 'done' });
  expect(await authenticate(merchant.text)).toBeNull();
  expect(await authenticate(merchant.keys[1]?.text ?? '')).not.toBeNull();
});

test('a read that began before the revocation is not remembered', async () => {
  const { authenticate, merchant, revoke, hold } = await installation();
  let release: () => void = () => undefined;
  hold(new Promise((resolve) => (release = resolve)));
  const early = authenticate(merchant.text);
  await revoke(merchant.merchantId, merchant.keys[0]);
  release();
  await early;
  expect(await authenticate(merchant.text)).toBeNull();
});

test('another process’s revocation holds at the latest after the maximum age', async () => {
  const { authenticate, merchant, revoke, pass } = await installation({ watched: false });
  expect(await authenticate(merchant.text)).not.toBeNull();
  await revoke(merchant.merchantId, merchant.keys[0]);
  pass(1_000);
  expect(await authenticate(merchant.text)).toBeNull();
});

test('during a rotation both keys are good, afterwards the new one only', async () => {
  const { authenticate, merchant, commands, mintKey, now, pass } = await installation();
  const { merchantId, keys } = merchant;
  const keyId = keys[0]?.keyId;
  if (keyId === undefined) throw new Error('the merchant has a key');
  const rotation = await rotateKey(commands, mintKey)(
    { merchantId, keyId, overlapMs: 500, createdAt: now() },
    { metadata },
  );
  const renewed = rotation.kind === 'done' ? (rotation.keys[0]?.text ?? '') : '';
  expect(await authenticate(renewed)).toMatchObject({ keyKind: 'secret', livemode: false });
  pass(499);
  expect(await authenticate(merchant.text)).not.toBeNull();
  // The expiry holds although the keys are still remembered.
  pass(1);
  expect(await authenticate(merchant.text)).toBeNull();
  expect(await authenticate(renewed)).not.toBeNull();
});

test('a new key is good at once, even if its merchant was asked for before it existed', async () => {
  const here = await installation();
  const { merchantId } = here.merchant;
  await here.authenticate(here.merchant.text);
  const made = await issueKey(here.commands, here.mintKey)(
    { merchantId, kind: 'publishable', livemode: true, createdAt: here.now() },
    { metadata },
  );
  if (made.kind !== 'done') throw new Error(made.kind);
  expect(made.keys).toHaveLength(1);
  expect(await here.authenticate(made.keys[0]?.text ?? '')).toMatchObject({ livemode: true });
});

test('a journal that cannot be read is an error, not a refusal, and the next request tries again', async () => {
  const here = await installation();
  let down = true;
  const { authenticate } = createAuthenticator({
    journal: {
      ...here.stored,
      readStream: (tenant, stream) =>
        down ? Promise.reject(new JournalUnavailable('gone')) : here.stored.readStream(tenant, stream),
    },
    keyMaterial: nodeKeyMaterial,
    clock: here.now,
    createCache: createBoundedCache,
    operatorKeyHash: null,
  });
  await expect(authenticate(here.merchant.text)).rejects.toThrow(JournalUnavailable);
  down = false;
  expect(await authenticate(here.merchant.text)).not.toBeNull();
});
