import { createSeededIds } from '../../../src/adapters/memory/ids';
import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { nodeKeyMaterial } from '../../../src/adapters/embedded/secret-keys';
import { createKeyMint, createMerchant, getMerchant, issueKey, rotateKey } from '../../../src/core/accounts';
import type { Journal } from '../../../src/core/ports';
import { merchantId } from './merchants';

const context = { metadata: { actor: 'operator', correlationId: 'c' } };

test('a rotation that somebody else overtook shows the one key that was made, and no other', async () => {
  const journal = createMemoryJournal({ clock: () => 1_000 });
  const mintKey = createKeyMint({ ids: createSeededIds(4), keyMaterial: nodeKeyMaterial });
  const made = await createMerchant(journal, mintKey)(
    { merchantId, name: 'Acme', createdAt: 1_000 },
    context,
  );
  if (made.kind !== 'done') throw new Error(`the merchant was not made: ${made.kind}`);
  const [{ keyId } = { keyId: null }] = made.keys;
  if (keyId === null) throw new Error('a merchant begins with keys');

  let isOvertaken = false;
  // Another process: its commands do not wait for those of this one.
  const busy: Journal = {
    ...journal,
    commands: createMemoryJournal({ clock: () => 1_000 }).commands,
    async append(append) {
      if (!isOvertaken) {
        isOvertaken = true;
        const other = { merchantId, kind: 'secret', livemode: false, createdAt: 1_000 } as const;
        await issueKey(journal, mintKey)(other, context);
      }
      return journal.append(append);
    },
  };
  const rotated = await rotateKey(busy, mintKey)(
    { merchantId, keyId, overlapMs: 0, createdAt: 2_000 },
    context,
  );
  if (rotated.kind !== 'done') throw new Error(`the key was not rotated: ${rotated.kind}`);
  expect(rotated.keys).toHaveLength(1);
  const merchant = await getMerchant(journal)(merchantId);
  const replacement = merchant?.keys.at(-1);
  expect(rotated.keys[0]?.keyId).toBe(replacement?.keyId);
  expect(nodeKeyMaterial.sha256Hex(rotated.keys[0]?.text ?? '')).toBe(replacement?.secretHash);
});
