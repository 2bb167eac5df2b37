import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Stripe from 'stripe';
import { eventually } from '../support/eventually';
import { authorizedCharges, settledCharges } from '../support/faults/merchant-words';
import { type Rig, createRig } from '../support/faults/rig';
import { expectSoundBooks, expectVerified } from '../support/faults/sound-books';

/** What people do at the provider itself, past FinCore. */
describe("in the provider's dashboard", () => {
  let rig: Rig;
  let dashboard: Stripe;
  beforeAll(async () => {
    rig = await createRig();
    const secrets = JSON.parse(
      await readFile(join(rig.installation.dataDirectory, 'secrets.json'), 'utf8'),
    ) as { simulatorKey: string };
    const { hostname, port } = new URL(rig.process().credentials.simulator_url);
    dashboard = new Stripe(secrets.simulatorKey, { host: hostname, port: Number(port), protocol: 'http' });
  }, 60_000);
  afterAll(() => rig.close(), 60_000);

  const shown = async (charge: string) => (await rig.merchant.get(`/v1/charges/${charge}`)).body;
  const referenceOf = async (charge: string) =>
    ((await shown(charge)).psp as { reference: string }).reference;

  test('a captured part is in the books, which tell the same story as the provider', async () => {
    const [charge = ''] = await authorizedCharges(rig.merchant, 1);
    await dashboard.paymentIntents.capture(await referenceOf(charge), { amount_to_capture: 300 });
    await eventually(async () =>
      expect(await shown(charge)).toMatchObject({ status: 'succeeded', amount_captured: 300 }),
    );
    await expectSoundBooks(rig, [charge]);
  }, 60_000);

  test('a captured part that meets a cancellation is not canceled', async () => {
    await rig.psp.arm({ kind: 'webhook_delay', delay_ms: 3_000 });
    const [charge = ''] = await authorizedCharges(rig.merchant, 1);
    await dashboard.paymentIntents.capture(await referenceOf(charge), { amount_to_capture: 300 });
    const canceled = await rig.merchant.post(`/v1/charges/${charge}/cancel`, {}, { waitSeconds: 20 });
    expect(canceled.body).toMatchObject({ status: 'succeeded', amount_captured: 300 });
    await rig.psp.disarm();
    await expectSoundBooks(rig, [charge]);
  }, 60_000);

  test('a refund is told to a person, with both sums, and nothing stops', async () => {
    const [charge = ''] = await settledCharges(rig.merchant, 1);
    await dashboard.refunds.create({ payment_intent: await referenceOf(charge), amount: 250 });
    await eventually(async () => {
      const { stdout } = await rig.installation.command('jobs', 'list');
      expect(stdout).toContain(`the provider has given back 2.50 EUR of ${charge}, the books show 0.00 EUR`);
    });
    await settledCharges(rig.merchant, 1);
    await expectVerified(rig);
  }, 60_000);
});
