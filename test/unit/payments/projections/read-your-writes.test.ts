import { createMemoryJournal } from '../../../../src/adapters/memory/journal';
import { createMemoryPayments } from '../../../../src/adapters/memory/payments';
import { type MerchantId, tenantOf } from '../../../../src/core/kernel';
import { type ChargeEvent, chargeCodec, chargeStream } from '../../../../src/core/payments';
import { ReadModelBehind, readYourWrites, toStream } from '../../../../src/core/ports';
import { type Following, follow } from '../../../../src/runtime/follow';
import { authorized, captured, chargeId, created, refundId, refundRequested } from '../../../support/charges';
import { createManualTimers } from '../../runtime/manual-timers';

const tenant = tenantOf('mer_00000000000000000000000001' as MerchantId, false);

function start() {
  const journal = createMemoryJournal({ clock: () => 1 });
  const { reader, queries } = createMemoryPayments();
  const timers = createManualTimers();
  const following: Following = follow(journal, reader, {
    startTimer: timers.startTimer,
    random: () => 0,
    onError: ({ error }) => {
      throw error;
    },
  });
  const append = (expectedVersion: number, events: readonly ChargeEvent[]) =>
    journal.append(
      toStream({
        tenant,
        stream: chargeStream(chargeId),
        expectedVersion,
        events: events.map((event) => chargeCodec.encode(event)),
        metadata: { actor: 'test', correlationId: 'c1' },
      }),
    );
  return { append, following, timers, stale: queries, fresh: readYourWrites(queries, journal, following) };
}

test('every query shows what was acknowledged before it, at once', async () => {
  const { append, following, stale, fresh } = start();
  await append(0, [created()]);
  expect(await stale.listCharges(tenant, {}, { limit: 1 })).toMatchObject({ value: { rows: [] } });
  expect(await fresh.listCharges(tenant, {}, { limit: 1 })).toMatchObject({
    value: { rows: [{ version: 1, charge: { status: 'processing' } }] },
  });
  await append(1, [authorized(), captured(), refundRequested(300)]);
  expect(await fresh.findRefund(tenant, refundId())).toMatchObject({ refund: { status: 'pending' } });
  await append(4, [refundRequested(200, refundId(2))]);
  expect(await fresh.listRefunds(tenant, {}, { limit: 1 })).toMatchObject({
    value: { rows: [{ refund: { refundId: refundId(2) } }], hasMore: true },
  });
  await following.stop();
});

test('a read model that does not catch up refuses instead of showing what is old', async () => {
  const { append, following, timers, fresh } = start();
  await following.stop();
  await append(0, [created()]);
  await expect(fresh.listCharges(tenant, {}, { limit: 1 })).rejects.toThrow(ReadModelBehind);
  await expect(fresh.findRefund(tenant, refundId())).rejects.toMatchObject({
    position: 1,
    retryAfterMs: 1000,
  });
  expect(timers.delays()).toEqual([]);
});

test('waits no longer than it may', async () => {
  const journal = createMemoryJournal({ clock: () => 1 });
  const { queries } = createMemoryPayments();
  const asked: [number, number][] = [];
  const progress = {
    caughtUp(position: number, timeoutMs: number) {
      asked.push([position, timeoutMs]);
      return Promise.resolve(false);
    },
  };
  await journal.append(
    toStream({
      tenant,
      stream: 'test-1',
      expectedVersion: 0,
      events: [{ type: 'Tested', schemaVersion: 1, data: {} }],
      metadata: { actor: 'test', correlationId: 'c1' },
    }),
  );
  await expect(
    readYourWrites(queries, journal, progress, 40).listRefunds(tenant, {}, { limit: 1 }),
  ).rejects.toThrow('the read model did not reach position 1 within 40 ms');
  expect(asked).toEqual([[1, 40]]);
});
