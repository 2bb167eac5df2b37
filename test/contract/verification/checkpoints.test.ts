import { type TenantId, newId } from '../../../src/core/kernel';
import { chargeCodec, chargeStream } from '../../../src/core/payments';
import { toStream } from '../../../src/core/ports';
import { fromTheBeginning } from '../../../src/verification/verification-progress';
import { runChecks } from '../../../src/verification/verify';
import { authorized, captured, created } from '../../support/charges';
import { type FilledStores, type WholeStores, fillWholeStores } from '../../support/whole-stores';

/** Each charge has five events. */
const chargeCount = 4;
const stores = ['payments', 'ledger', 'audit'] as const;

let filled: FilledStores;
let whole: WholeStores;
beforeAll(async () => {
  filled = await fillWholeStores(chargeCount);
}, 60_000);
beforeEach(async () => {
  whole = await filled.copy();
});
afterEach(() => whole.close());
afterAll(() => filled.drop());

async function verify(): Promise<string | null> {
  const outcome = await runChecks({
    stores: whole.stores,
    carrier: { name: 'relay', run: () => Promise.resolve({ kind: 'sound', summary: '' }) },
    progress: fromTheBeginning(),
  });
  return outcome.kind === 'fault' ? outcome.fault : null;
}

const move = (store: string, position: number | string) =>
  whole.asOwner(`UPDATE ${store}.checkpoints SET position = ${String(position)}`);

/** A captured charge that no reader has seen. */
async function addUnread(tenant: TenantId): Promise<void> {
  const { records, ids } = whole.stores;
  const chargeId = newId('ch', ids);
  const outcome = await records.append(
    toStream({
      tenant,
      stream: chargeStream(chargeId),
      expectedVersion: 0,
      events: [created({ chargeId }), authorized(), captured()].map((event) => chargeCodec.encode(event)),
      metadata: { actor: 'test', correlationId: 'c' },
    }),
  );
  if (outcome.kind !== 'appended') throw new Error(`the append is ${outcome.kind}`);
}

const tenantOfFirst = async (): Promise<TenantId> => {
  const [first] = await whole.stores.records.read(0, 1);
  if (first === undefined) throw new Error('the journal has events');
  return first.tenant;
};

describe.each(stores)('the checkpoint of %s', (store) => {
  test('set back is found, however far', async () => {
    expect(await verify()).toBeNull();
    for (let position = 0; position < 5 * chargeCount; position += 1) {
      await move(store, position);
      expect(await verify()).toMatch(
        new RegExp(
          `^checkpoint of ${store}: position is ${String(position)}, expected \\d+, whose rows are there`,
        ),
      );
    }
  }, 60_000);

  test('set forward, past events that have taken no effect, is found', async () => {
    await addUnread(await tenantOfFirst());
    expect(await verify()).toBeNull();
    await move(store, 'position + 3');
    expect(await verify()).not.toBeNull();
    await move(store, 'position + 1');
    expect(await verify()).toMatch(`checkpoint of ${store}`);
  }, 20_000);
});
