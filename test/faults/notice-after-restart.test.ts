import { eventually } from '../support/eventually';
import { reportFault } from '../support/faults/fault-report';
import { chargeBody, idOf } from '../support/faults/merchant-words';
import { expectAllEnded, processesOf } from '../support/faults/processes-of';
import { startRepetitions, raceTimeoutMs } from '../support/faults/repetitions';
import { type Rig, createRig } from '../support/faults/rig';
import { expectSoundBooks } from '../support/faults/sound-books';

/** Long enough for the refund's first answer, short enough for a test: the bank's refusal comes this much later. */
const settlementDelayMs = '700';

let rig: Rig;
beforeAll(async () => {
  const settings = { STRIPE_SIMULATOR_REFUND_SETTLEMENT_DELAY_MS: settlementDelayMs };
  rig = await createRig({ server: 'own', settings });
}, 60_000);
afterAll(() => rig.close(), 60_000);

test(
  'a refund that came back while the program could not answer is booked after its restart',
  async () => {
    for (let n = 0; n < startRepetitions(); n += 1) {
      const charge = idOf(
        await rig.merchant.post('/v1/charges', chargeBody({ payment_token: 'tok_refundFail' }), {
          waitSeconds: 20,
        }),
      );
      const refund = await rig.merchant.post('/v1/refunds', { charge }, { waitSeconds: 20 });
      expect(refund.body).toMatchObject({ status: 'succeeded' });
      const processes = await processesOf(rig.installation.dataDirectory);
      rig.process().child.kill('SIGSTOP');
      // The notices of the refusal wait for a program that takes connections and never answers.
      await eventually(async () => expect((await rig.psp.stats()).pending_webhooks).toBeGreaterThan(0));
      await rig.process().kill();
      await expectAllEnded(processes);
      await rig.start();
      await eventually(
        async () =>
          expect((await rig.merchant.get(`/v1/refunds/${idOf(refund)}`)).body).toMatchObject({
            status: 'failed',
          }),
        { timeoutMs: 30_000, intervalMs: 100 },
      );
      await expectSoundBooks(rig);
    }
    await reportFault({
      fault: 'a refund comes back while the program is stopped, then killed',
      repetitions: startRepetitions(),
    });
  },
  raceTimeoutMs(90_000),
);
