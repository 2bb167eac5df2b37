import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { type MerchantId, tenantOf } from '../../../src/core/kernel';
import {
  type ChargeEvent,
  chargeCodec,
  chargeStream,
  expireCharge,
  loadCharge,
} from '../../../src/core/payments';
import { authorized, chargeId, histories } from '../../support/charges';
import { toStream } from '../../../src/core/ports';

const tenant = tenantOf('mer_00000000000000000000000001' as MerchantId, false);
const context = { tenant, metadata: { actor: 'test', correlationId: 'c' } };

/** A journal that holds this history, and what was added to it afterwards. */
async function journalWith(history: readonly ChargeEvent[]) {
  const journal = createMemoryJournal({ clock: () => 1 });
  const append = async (events: readonly ChargeEvent[], expectedVersion: number) =>
    journal.append(
      toStream({
        ...context,
        stream: chargeStream(chargeId),
        expectedVersion,
        events: events.map((event) => chargeCodec.encode(event)),
      }),
    );
  await append(history, 0);
  return {
    journal,
    append: (event: ChargeEvent) => append([event], history.length),
    added: async () =>
      (await journal.readStream(tenant, chargeStream(chargeId)))
        .slice(history.length)
        .map(({ type }) => type),
  };
}

const open = ['processing', 'unknown', 'requires_action'] as const;
const moved = Object.entries(histories).filter(
  ([status]) => status !== 'in_review' && !open.some((one) => one === status),
);

test('a charge that no person has reviewed by then is rejected', async () => {
  const { journal, added } = await journalWith(histories.in_review);
  expect(await expireCharge(journal)(chargeId, context)).toMatchObject({
    state: { status: 'blocked', failure: { code: 'blocked' } },
  });
  expect(await added()).toEqual(['ChargeReviewRejected']);
});

test.each(open)('a charge that is still %s is asked to be canceled, once', async (status) => {
  const { journal, added } = await journalWith(histories[status]);
  await expireCharge(journal)(chargeId, context);
  expect(await expireCharge(journal)(chargeId, context)).toMatchObject({ kind: 'done' });
  expect(await added()).toEqual(['CancelRequested']);
});

test.each(moved)('a charge that is %s is left as it is', async (_status, history) => {
  const { journal, added } = await journalWith(history);
  expect(await expireCharge(journal)(chargeId, context)).toMatchObject({ kind: 'done' });
  expect(await added()).toEqual([]);
});

test('a payer who comes back while the charge is being given up keeps what was authorized', async () => {
  const { journal, append, added } = await journalWith(histories.requires_action);
  const loaded = await loadCharge(journal)(tenant, chargeId);
  await append(authorized());
  await expireCharge(journal)(chargeId, { ...context, loaded });
  expect(await added()).toEqual(['ChargeAuthorized']);
});
