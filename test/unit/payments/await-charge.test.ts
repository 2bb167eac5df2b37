import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { type MerchantId, tenantOf } from '../../../src/core/kernel';
import {
  type ChargeEvent,
  type ExistingCharge,
  awaitCharge,
  chargeCodec,
  chargeStream,
} from '../../../src/core/payments';
import { type RecordedEvent, toStream } from '../../../src/core/ports';
import { createStreamWatch } from '../../../src/runtime/stream-watch';
import { authorized, cancelRequested, canceled, captured, chargeId, created } from '../../support/charges';

const tenant = tenantOf('mer_00000000000000000000000001' as MerchantId, false);
const stranger = tenantOf('mer_00000000000000000000000002' as MerchantId, false);
const stream = chargeStream(chargeId);

/** A charge, one who waits for it, and a clock that stands until it is moved. */
function createBench() {
  let now = 1_000;
  let timeIsUp: () => void = () => undefined;
  const journal = createMemoryJournal({ clock: () => now });
  const streams = createStreamWatch((delayMs, fire) => {
    timeIsUp = () => {
      now += delayMs;
      fire();
    };
    return () => undefined;
  });
  let version = 0;
  return {
    wait: awaitCharge(journal, streams, () => now),
    endTheWait: () => timeIsUp(),
    async append(...events: readonly ChargeEvent[]) {
      now += 1;
      const head = await journal.head();
      await journal.append(
        toStream({
          tenant,
          stream,
          expectedVersion: version,
          events: events.map((event) => chargeCodec.encode(event)),
          metadata: { actor: 'test', correlationId: 'c' },
        }),
      );
      version += events.length;
      streams.notify(await journal.read(head, events.length));
    },
  };
}

/** Lets anyone who waits come as far as the wait. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test('each event is seen once, in order, with the charge as it left it, however often the stream is read', async () => {
  const bench = createBench();
  const seen: [number, string][] = [];
  const until = (charge: ExistingCharge, { version }: RecordedEvent): boolean => {
    seen.push([version, charge.status]);
    return charge.status === 'succeeded';
  };
  await bench.append(created());
  const waiting = bench.wait(tenant, chargeId, until, 5_000);
  await settled();
  await bench.append(authorized());
  await settled();
  await bench.append(captured());
  expect(await waiting).toMatchObject({ status: 'succeeded' });
  expect(seen).toEqual([
    [1, 'processing'],
    [2, 'authorized'],
    [3, 'succeeded'],
  ]);
});

test('the whole append in which the moment came is told: what it came to, not a step on the way', async () => {
  const bench = createBench();
  await bench.append(created(), authorized());
  await bench.append(cancelRequested(), canceled());
  const isAsked = ({ cancellation }: ExistingCharge) => cancellation !== null;
  expect(await bench.wait(tenant, chargeId, isAsked, 5_000)).toMatchObject({ status: 'canceled' });
});

test('what happened after the moment is not folded in', async () => {
  const bench = createBench();
  await bench.append(created());
  await bench.append(authorized());
  await bench.append(captured());
  expect(await bench.wait(tenant, chargeId, ({ status }) => status === 'authorized', 5_000)).toMatchObject({
    status: 'authorized',
  });
});

test('when the time is over, the charge is told as it is', async () => {
  const bench = createBench();
  await bench.append(created());
  const waiting = bench.wait(tenant, chargeId, () => false, 5_000);
  await settled();
  bench.endTheWait();
  expect(await waiting).toMatchObject({ status: 'processing' });
});

test("another tenant's charge is none, and nobody waits for it", async () => {
  const bench = createBench();
  await bench.append(created());
  expect(await bench.wait(stranger, chargeId, () => true, 5_000)).toBeNull();
});
