import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { merchantStream, noticeMerchantChanges } from '../../../src/core/accounts';
import { type MerchantId, operatorTenant } from '../../../src/core/kernel';
import { type Append, type Journal, JournalUnavailable, toStream } from '../../../src/core/ports';

const merchantId = 'mer_00000000000000000000000001' as MerchantId;
const appendTo = (stream: string): Append =>
  toStream({
    tenant: operatorTenant,
    stream,
    expectedVersion: 0,
    events: [{ type: 'Tested', schemaVersion: 1, data: {} }],
    metadata: { actor: 'test', correlationId: 'c' },
  });
const append = appendTo(merchantStream(merchantId));

function watched(change: Partial<Journal> = {}) {
  const changed: MerchantId[] = [];
  const journal = { ...createMemoryJournal({ clock: () => 1 }), ...change };
  return { changed, journal: noticeMerchantChanges(journal, (id) => changed.push(id)) };
}

test('an append to a merchant is told before it is answered', async () => {
  const { changed, journal } = watched();
  expect(await journal.append(append)).toMatchObject({ kind: 'appended' });
  expect(changed).toEqual([merchantId]);
});

test('an append whose answer was lost may have revoked a key: it is told as well', async () => {
  const lost = new JournalUnavailable('the journal did not confirm the append');
  const { changed, journal } = watched({ append: () => Promise.reject(lost) });
  await expect(journal.append(append)).rejects.toBe(lost);
  expect(changed).toEqual([merchantId]);
});

test('an append to anything else is not told', async () => {
  const { changed, journal } = watched();
  await journal.append(appendTo('charge-ch_00000000000000000000000001'));
  expect(changed).toEqual([]);
});
