import { type Rig, createRig } from '../support/faults/rig';
import { paymentScenarios } from '../support/scenarios/payments-end-to-end';

describe('payments end to end, on one machine', () => {
  let rig: Rig;
  beforeAll(async () => (rig = await createRig()), 60_000);
  afterAll(() => rig.close(), 60_000);

  test.each(paymentScenarios)(
    '$name',
    ({ run }) =>
      run({
        merchant: rig.merchant,
        psp: rig.psp,
        async verify() {
          const { code, stdout } = await rig.installation.command('verify');
          if (code !== 0) throw new Error(stdout);
        },
      }),
    120_000,
  );
});
