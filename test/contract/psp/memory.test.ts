import { createMemoryPsp } from '../../../src/adapters/memory/psp';
import { authorization } from './case-setting';
import { pspGatewayContract } from './psp-gateway.contract';
import type { ReceivedNotice, WriteFault } from './psp-under-test';

pspGatewayContract('memory', () => {
  let armed: WriteFault | null = null;
  const received: ReceivedNotice[] = [];
  const psp = createMemoryPsp({
    clock: Date.now,
    faultOf: ({ idempotencyKey }) => {
      if (idempotencyKey === null) return null;
      const fault = armed;
      armed = null;
      return fault;
    },
  });
  return Promise.resolve({
    gateway: psp,
    failNext: (fault) => {
      armed = fault;
    },
    authenticate: (pspReference, decision) => {
      psp.decide(pspReference, decision);
      return Promise.resolve();
    },
    payAgain: async (pspReference) => {
      await Promise.resolve();
      psp.payAgain(pspReference);
    },
    refundByHand: (pspReference, amountMinor) => {
      psp.refundByHand(pspReference, amountMinor);
      return Promise.resolve();
    },
    settleRefunds: () => {
      psp.settleRefunds();
      return Promise.resolve();
    },
    chargesOf: (chargeId) => Promise.resolve(psp.chargesOf(chargeId)),
    notices: () => {
      received.push(...psp.takeNotices());
      return received;
    },
    close: () => Promise.resolve(),
  });
});

describe('memory PSP', () => {
  test('forgets a key after 24 hours, and then charges again', async () => {
    let nowMs = 0;
    const psp = createMemoryPsp({ clock: () => nowMs });
    const request = authorization();
    await psp.authorize(request);
    nowMs = 24 * 60 * 60 * 1000 - 1;
    await psp.authorize(request);
    expect(psp.chargesOf(request.chargeId)).toBe(1);
    nowMs += 1;
    await psp.authorize(request);
    expect(psp.chargesOf(request.chargeId)).toBe(2);
    expect(psp.totals().get('EUR')).toEqual({ capturedMinor: 2000n, refundedMinor: 0n });
  });

  test('repeats itself: the same calls give the same references and notices', async () => {
    const run = async () => {
      const psp = createMemoryPsp({ clock: () => 5 });
      const first = await psp.authorize(repeated);
      return { first, notices: psp.takeNotices(), rest: psp.takeNotices() };
    };
    const repeated = authorization();
    const one = await run();
    expect(one).toEqual(await run());
    expect(one.notices).toHaveLength(1);
    expect(one.rest).toEqual([]);
  });

  test('lets a payment that hesitates be decided later, once', async () => {
    const psp = createMemoryPsp({ clock: () => 0, cardOf: () => ({ kind: 'hesitates' }) });
    const request = authorization();
    expect(await psp.authorize(request)).toEqual({ kind: 'pending', pspReference: 'pi_1' });
    psp.decide('pi_1', 'succeed');
    expect(await psp.findPayment({ payment: request })).toMatchObject({
      outcome: { kind: 'authorized', captured: true },
    });
    expect(() => psp.decide('pi_1', 'fail')).toThrow('pi_1 is a payment that is not decided yet');
  });
});
