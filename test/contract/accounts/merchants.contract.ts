import { nodeKeyMaterial } from '../../../src/adapters/embedded/secret-keys';
import { createIds } from '../../../src/adapters/embedded/ids';
import {
  type AccountsContext,
  type ExistingMerchant,
  type MerchantDirectory,
  createKeyMint,
  createMerchant,
  getMerchant,
  issueKey,
  listMerchants,
  revokeKey,
  rotateKey,
} from '../../../src/core/accounts';
import { type MerchantId, type PageRequest, newId, operatorTenant } from '../../../src/core/kernel';
import { type Feed, type Journal, toStream } from '../../../src/core/ports';

export interface AccountsUnderTest {
  readonly journal: Journal & Feed;
  readonly directory: MerchantDirectory;
  close(): Promise<void>;
}

const ids = createIds();
const mintKey = createKeyMint({ ids, keyMaterial: nodeKeyMaterial });
const context = { metadata: { actor: 'operator', correlationId: 'req_1' } };

/** Merchants over a journal, and the directory that lists them. */
export function accountsContract(name: string, open: () => Promise<AccountsUnderTest>): void {
  describe(`accounts contract: ${name}`, () => {
    let under: AccountsUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    async function create(merchantId = newId('mer', ids), more: Partial<AccountsContext> = {}) {
      const made = await createMerchant(under.journal, mintKey)(
        { merchantId, name: `Acme ${merchantId}`, createdAt: 1_000 },
        { ...context, ...more },
      );
      if (made.kind !== 'done') throw new Error(made.kind);
      return { merchantId, keys: made.keys };
    }

    const list = (page: PageRequest<MerchantId>) => listMerchants(under.journal, under.directory)(page);
    const idsOf = (merchants: readonly ExistingMerchant[]) => merchants.map(({ merchantId }) => merchantId);

    test('a merchant begins with four keys whose texts are stored nowhere', async () => {
      const { merchantId, keys } = await create();
      const merchant = await getMerchant(under.journal)(merchantId);
      expect(merchant).toMatchObject({
        status: 'active',
        merchantId,
        name: `Acme ${merchantId}`,
        createdAt: 1_000,
      });
      expect(
        merchant?.keys.map(({ keyId, kind, livemode, status }) => [keyId, kind, livemode, status]),
      ).toEqual([
        [keys[0]?.keyId, 'secret', false, 'active'],
        [keys[1]?.keyId, 'publishable', false, 'active'],
        [keys[2]?.keyId, 'secret', true, 'active'],
        [keys[3]?.keyId, 'publishable', true, 'active'],
      ]);
      const stored = JSON.stringify(await under.journal.readStream(operatorTenant, `merchant-${merchantId}`));
      for (const { text } of keys) {
        expect(stored).not.toContain(text.slice(34));
        expect(stored).toContain(nodeKeyMaterial.sha256Hex(text));
      }
    });

    test('an id that nobody has is no merchant', async () => {
      expect(await getMerchant(under.journal)(newId('mer', ids))).toBeNull();
    });

    test('keys are issued, rotated and revoked in the merchant’s stream', async () => {
      const { merchantId, keys } = await create();
      const [first, second] = keys.map(({ keyId }) => keyId);
      if (first === undefined || second === undefined) throw new Error('a merchant begins with keys');
      const issued = await issueKey(under.journal, mintKey)(
        { merchantId, kind: 'secret', livemode: true, createdAt: 2_000 },
        context,
      );
      expect(issued).toMatchObject({
        kind: 'done',
        keys: [{ text: expect.stringMatching(/^sk_live_/) as unknown }],
      });
      const rotated = await rotateKey(under.journal, mintKey)(
        { merchantId, keyId: second, overlapMs: 60_000, createdAt: 3_000 },
        context,
      );
      expect(rotated).toMatchObject({
        kind: 'done',
        keys: [{ text: expect.stringMatching(/^pk_test_/) as unknown }],
      });
      await revokeKey(under.journal)({ merchantId, keyId: first, revokedAt: 4_000 }, context);
      const merchant = await getMerchant(under.journal)(merchantId);
      expect(merchant?.keys.map((key) => key.status)).toEqual([
        'revoked',
        'rotated',
        'active',
        'active',
        'active',
        'active',
      ]);
      const again = await rotateKey(under.journal, mintKey)(
        { merchantId, keyId: second, overlapMs: 0, createdAt: 5_000 },
        context,
      );
      expect(again).toMatchObject({ kind: 'refused', refusal: { code: 'api_key_not_active' } });
    });

    test('a retried request gets its first answer, without texts and without a second merchant', async () => {
      const idempotency = {
        keyHash: Buffer.from(nodeKeyMaterial.randomBytes(16)),
        requestHash: Buffer.alloc(16, 1),
        answer: () => ({ status: 201, body: '{"answer":1}' }),
      };
      await create(newId('mer', ids), { idempotency });
      const retried = newId('mer', ids);
      const outcome = await createMerchant(under.journal, mintKey)(
        { merchantId: retried, name: 'Acme', createdAt: 1_000 },
        { ...context, idempotency },
      );
      expect(outcome).toEqual({ kind: 'replayed', answer: { status: 201, body: '{"answer":1}' } });
      expect(await getMerchant(under.journal)(retried)).toBeNull();
    });

    test('a merchant is listed as soon as it is created, and nothing else is', async () => {
      expect(await list({ limit: 10 })).toEqual({ rows: [], hasMore: false });
      for (const stream of ['charge-ch_1', 'merchants', 'merchant-', 'merchant-mer', 'merchant_mer', 'zebra'])
        await under.journal.append(
          toStream({
            tenant: operatorTenant,
            stream,
            expectedVersion: 0,
            events: [{ type: 'Tested', schemaVersion: 1, data: {} }],
            metadata: context.metadata,
          }),
        );
      const { merchantId } = await create();
      const { rows: merchants, hasMore } = await list({ limit: 1 });
      expect(idsOf(merchants)).toEqual([merchantId]);
      expect(hasMore).toBe(false);
      expect(merchants[0]).toEqual(await getMerchant(under.journal)(merchantId));
    });

    test('pages walk every merchant once, newest first, in both directions', async () => {
      const made: MerchantId[] = [];
      for (let n = 0; n < 7; n += 1) made.unshift((await create()).merchantId);
      const pages: MerchantId[][] = [];
      let page = await list({ limit: 3 });
      pages.push(idsOf(page.rows));
      while (page.hasMore) {
        const id = page.rows.at(-1)?.merchantId;
        if (id === undefined) throw new Error('a page that has more is not empty');
        page = await list({ limit: 3, cursor: { kind: 'starting_after', id } });
        pages.push(idsOf(page.rows));
      }
      expect(pages).toEqual([made.slice(0, 3), made.slice(3, 6), made.slice(6)]);
      const before = async (id: MerchantId | undefined, limit: number) => {
        if (id === undefined) throw new Error('seven were made');
        const { rows: merchants, hasMore } = await list({ limit, cursor: { kind: 'ending_before', id } });
        return [idsOf(merchants), hasMore];
      };
      expect(await before(made[6], 3)).toEqual([made.slice(3, 6), true]);
      expect(await before(made[3], 3)).toEqual([made.slice(0, 3), false]);
      expect(await before(made[0], 3)).toEqual([[], false]);
    });
  });
}
