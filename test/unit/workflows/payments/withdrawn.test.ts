import { RetryLater } from '../../../../src/core/ports';
import { eur } from '../../../support/charges';
import { createBench, lifetimeMs } from './payments-bench';

test('a charge that the PSP has not taken is withdrawn: its job asks for nothing afterwards', async () => {
  const bench = createBench();
  const chargeId = await bench.charge();
  const authorize = await bench.one();
  bench.next('unavailable');
  await expect(bench.work(authorize)).rejects.toThrow(RetryLater);
  await bench.cancel(chargeId);
  const cancel = await bench.one();
  expect(cancel.name).toBe('cancel-at-psp');
  await bench.work(authorize, 2);
  expect(bench.psp.chargesOf(chargeId)).toBe(0);
  await bench.work(cancel);
  expect(await bench.find(chargeId)).toMatchObject({
    status: 'canceled',
    cancellation: { reason: 'requested', status: 'succeeded' },
  });
});

test('a request for the payment that is still on its way takes nothing once the charge is withdrawn', async () => {
  const bench = createBench();
  const chargeId = await bench.charge();
  const authorize = await bench.one();
  const ask = bench.psp.authorize.bind(bench.psp);
  let arrive: () => Promise<unknown> = () => Promise.resolve();
  bench.psp.authorize = (request) => {
    arrive = () => ask(request);
    return Promise.resolve({ kind: 'unknown', reason: 'timeout' });
  };
  await bench.work(authorize);
  await bench.cancel(chargeId);
  await bench.work(await bench.named('cancel-at-psp'));
  expect((await bench.find(chargeId)).status).toBe('canceled');
  await arrive();
  expect(bench.psp.chargesOf(chargeId)).toBe(0);
});

test.each([
  ['automatic', 'succeeded', eur(1000), 'failed'],
  ['manual', 'canceled', eur(0), 'succeeded'],
] as const)(
  'what the PSP took first decides (%s): the charge ends %s',
  async (captureMethod, status, captured, outcome) => {
    const bench = createBench();
    const chargeId = await bench.charge('tok_visa', captureMethod);
    bench.next('lost_after');
    await bench.work(await bench.named('authorize-at-psp'));
    await bench.cancel(chargeId);
    await bench.work(await bench.named('cancel-at-psp'));
    expect(await bench.find(chargeId)).toMatchObject({
      status,
      captured,
      cancellation: { status: outcome, failure: outcome === 'failed' ? { code: 'already_captured' } : null },
    });
  },
);

test('a payment that waits for its payer is canceled with the withdrawal', async () => {
  const bench = createBench();
  const chargeId = await bench.charge('tok_threeDSecure2Required');
  bench.next('lost_after');
  await bench.work(await bench.one());
  await bench.cancel(chargeId);
  await bench.work(await bench.named('cancel-at-psp'));
  expect((await bench.find(chargeId)).status).toBe('canceled');
  expect([...bench.psp.payments()].map(({ status }) => status.kind)).toEqual(['canceled']);
});

test.each([['authorize-at-psp'], ['resolve-payment']] as const)(
  'after its latest time no payment is asked for (%s), and the charge expires',
  async (name) => {
    const bench = createBench();
    const chargeId = await bench.charge();
    const authorize = await bench.one();
    const job =
      name === 'authorize-at-psp'
        ? authorize
        : await (async () => {
            bench.next('lost_before');
            await bench.work(authorize);
            return bench.named('resolve-payment');
          })();
    bench.advance(lifetimeMs);
    await bench.work(job);
    expect(bench.psp.chargesOf(chargeId)).toBe(0);
    await bench.work(await bench.named('cancel-at-psp'));
    expect(await bench.find(chargeId)).toMatchObject({
      status: 'canceled',
      cancellation: { reason: 'expired', status: 'succeeded' },
    });
    expect(bench.psp.chargesOf(chargeId)).toBe(0);
  },
);

test('a charge in review is rejected at its latest time, and no provider ever sees it', async () => {
  const bench = createBench();
  const chargeId = await bench.charge('tok_visa', 'automatic', 'review');
  const expiry = await bench.named('expire-payment');
  await expect(bench.work(expiry)).rejects.toThrow('the charge has not expired yet');
  bench.advance(lifetimeMs);
  await bench.work(expiry);
  expect(await bench.find(chargeId)).toMatchObject({ status: 'blocked', failure: { code: 'blocked' } });
  expect(await bench.jobs()).toEqual([]);
  expect(bench.psp.chargesOf(chargeId)).toBe(0);
});

test('a cancellation waits while the PSP is deciding, and says then what it came to', async () => {
  const bench = createBench();
  const chargeId = await bench.charge('tok_hesitates');
  const authorize = await bench.one();
  await expect(bench.work(authorize)).rejects.toThrow(RetryLater);
  await bench.cancel(chargeId);
  const cancel = await bench.one();
  await expect(bench.work(cancel)).rejects.toThrow('has not decided');
  const [payment] = bench.psp.payments();
  bench.psp.decide(payment?.reference ?? '', 'succeed');
  await bench.work(cancel, 2);
  expect(await bench.find(chargeId)).toMatchObject({
    status: 'succeeded',
    cancellation: { status: 'failed', failure: { code: 'already_captured' } },
  });
});

test('a payment that was not decided under its key is looked at: the key would say the same for a day', async () => {
  const bench = createBench();
  const chargeId = await bench.charge('tok_hesitates');
  const authorize = await bench.one();
  await expect(bench.work(authorize)).rejects.toThrow(RetryLater);
  const [payment] = bench.psp.payments();
  bench.psp.decide(payment?.reference ?? '', 'succeed');
  await bench.work(authorize, 2);
  expect((await bench.find(chargeId)).status).toBe('succeeded');
});

describe('a refusal is recorded together with what became of the payment, in one append', () => {
  const lastAppend = async (bench: ReturnType<typeof createBench>) => {
    const events = await bench.events();
    return events.slice(-2).map(({ type }) => type);
  };

  test('of a cancellation: the payer paid first', async () => {
    const bench = createBench();
    const chargeId = await bench.charge('tok_threeDSecure2Required');
    await bench.work(await bench.one());
    const { pspReference } = await bench.find(chargeId);
    await bench.cancel(chargeId);
    bench.psp.decide(pspReference ?? '', 'succeed');
    await bench.work(await bench.named('cancel-at-psp'));
    expect(await lastAppend(bench)).toEqual(['ChargeAuthorized', 'ChargeCaptured']);
    expect(await bench.find(chargeId)).toMatchObject({
      status: 'succeeded',
      cancellation: { status: 'failed', failure: { code: 'already_captured' } },
    });
  });

  test('of a capture: the authorization had ended', async () => {
    const bench = createBench();
    const { chargeId, expire } = await bench.held();
    await bench.capture(chargeId, 400);
    expire();
    await bench.work(await bench.named('capture-at-psp'));
    expect(await lastAppend(bench)).toEqual(['CaptureFailed', 'ChargeCanceled']);
    expect(await bench.find(chargeId)).toMatchObject({
      status: 'canceled',
      cancellation: { reason: 'provider' },
      captures: [{ status: 'failed', failure: { code: 'authorization_expired' } }],
    });
  });
});
