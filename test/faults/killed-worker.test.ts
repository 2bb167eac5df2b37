import { attempt } from '../support/faults/patient-call';
import { reportFault } from '../support/faults/fault-report';
import { authorizedCharges, chargeBody, idOf, settledCharges } from '../support/faults/merchant-words';
import { raceTimeoutMs, sharedRepetitions } from '../support/faults/repetitions';
import { type Rig, createRig } from '../support/faults/rig';
import { expectSoundRound } from '../support/faults/sound-books';

/** Rounds of each of the two failpoints. */
const rounds = sharedRepetitions(2);

describe('kill -9 a worker', () => {
  let rig: Rig;
  beforeAll(async () => (rig = await createRig()), 60_000);
  afterAll(() => rig.close(), 60_000);

  /** One charge for each operation that is to be in progress when the process dies. */
  async function chargesToOperateOn(): Promise<readonly string[]> {
    const { merchant } = rig;
    const [toCapture = '', toCancel = ''] = await authorizedCharges(merchant, 2);
    const [toRefund = ''] = await settledCharges(merchant, 1);
    return [toCapture, toCancel, toRefund];
  }

  test.each(['before_psp', 'after_psp'] as const)(
    '%s: each charge, capture, cancellation and refund takes effect once, after a restart',
    async (failpoint) => {
      const finalAfterMs: number[] = [];
      const { merchant } = rig;
      for (let n = 0; n < rounds; n += 1) {
        const [toCapture = '', toCancel = '', toRefund = ''] = await chargesToOperateOn();
        await rig.process().stop();
        await rig.start({ FINCORE_FAILPOINT: `${failpoint}:${String(1 + (n % 6))}` });
        const answers = await Promise.all([
          attempt(() => merchant.post(`/v1/charges/${toCapture}/capture`, { amount: 700, final: true })),
          attempt(() => merchant.post(`/v1/charges/${toCancel}/cancel`, {})),
          attempt(() => merchant.post('/v1/refunds', { charge: toRefund, amount: 300 })),
          ...Array.from({ length: 3 }, () => attempt(() => merchant.post('/v1/charges', chargeBody()))),
        ]);
        expect(await rig.process().ended).toBe('SIGKILL');

        const begun = performance.now();
        await rig.start();
        const accepted = answers.slice(3).flatMap((answer) => (answer === 'no answer' ? [] : [idOf(answer)]));
        const charges = await expectSoundRound(
          rig,
          [n, rounds],
          [toCapture, toCancel, toRefund, ...accepted],
        );
        finalAfterMs.push(performance.now() - begun);
        const [capture, cancel, refund] = answers;
        if (capture !== 'no answer')
          expect(charges.get(toCapture)).toMatchObject({ status: 'succeeded', amount_captured: 700 });
        if (cancel !== 'no answer') expect(charges.get(toCancel)).toMatchObject({ status: 'canceled' });
        if (refund !== 'no answer') expect(charges.get(toRefund)).toMatchObject({ amount_refunded: 300 });
      }
      await reportFault({
        fault: `worker killed ${failpoint === 'before_psp' ? 'before' : 'after'} the call to the PSP`,
        repetitions: rounds,
        measured: { what: 'restarted, all final and verified', durationsMs: finalAfterMs },
      });
    },
    raceTimeoutMs(40_000),
  );
});
