import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Stripe from 'stripe';
import { eventually } from '../support/eventually';
import { authorizedCharges, chargeBody, settledCharges } from '../support/faults/merchant-words';
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

  const deadLetters = async () => (await rig.installation.command('jobs', 'list')).stdout;

  test('refunds before and after ours, and after a part was captured, are booked with their origin', async () => {
    const [whole = ''] = await settledCharges(rig.merchant, 1);
    await dashboard.refunds.create({ payment_intent: await referenceOf(whole), amount: 250 });
    await rig.merchant.post('/v1/refunds', { charge: whole, amount: 100 }, { waitSeconds: 20 });
    await dashboard.refunds.create({ payment_intent: await referenceOf(whole), amount: 50 });
    const [part = ''] = await authorizedCharges(rig.merchant, 1);
    const capture = { amount: 600, final: true };
    await rig.merchant.post(`/v1/charges/${part}/capture`, capture, { waitSeconds: 20 });
    await dashboard.refunds.create({ payment_intent: await referenceOf(part), amount: 100 });
    await eventually(async () => {
      expect(await shown(whole)).toMatchObject({ amount_refunded: 400, amount_refundable: 600 });
      expect(await shown(part)).toMatchObject({ amount_refunded: 100, amount_refundable: 500 });
    });
    const { body } = await rig.merchant.get(`/v1/refunds?charge=${whole}`);
    expect(
      (body.data as { origin: string; amount: number }[]).map(({ origin, amount }) => [origin, amount]),
    ).toEqual(
      expect.arrayContaining([
        ['provider', 250],
        ['merchant', 100],
        ['provider', 50],
      ]),
    );
    expect(await deadLetters()).toContain('no dead letters');
    await expectSoundBooks(rig, [whole, part]);
  }, 60_000);

  test('a payment that failed can be paid no more; what its payer paid first is booked', async () => {
    const declined = async () => {
      const asked = { ...chargeBody(), payment_token: 'tok_chargeDeclined' };
      const { body } = await rig.merchant.post('/v1/charges', asked, { waitSeconds: 20 });
      expect(body).toMatchObject({ status: 'failed', failure: { code: 'card_declined' } });
      return { charge: String(body.id), reference: (body.psp as { reference: string }).reference };
    };
    const ended = await declined();
    await eventually(async () =>
      expect((await dashboard.paymentIntents.retrieve(ended.reference)).status).toBe('canceled'),
    );
    await expect(rig.psp.payAgain(ended.reference)).rejects.toThrow('payment_intent_unexpected_state');

    await rig.psp.arm({ kind: 'rate_limit', match: { method: 'POST', path: '/v1/payment_intents/*' } });
    const paid = await declined();
    await rig.psp.payAgain(paid.reference);
    await rig.psp.disarm();
    await eventually(async () =>
      expect(await shown(paid.charge)).toMatchObject({ status: 'succeeded', amount_captured: 1000 }),
    );
    await expectVerified(rig);
  }, 60_000);

  test.each([
    [{ currency: 'usd' }, 'USD'],
    [{ amount: 1 }, '1 EUR'],
    [{ livemode: true }, 'livemode'],
  ])(
    'an answer with %j is a dead letter with both values, and nothing is booked',
    async (set, shownValue) => {
      await rig.psp.arm({ kind: 'altered_answer', match: { path: '/v1/payment_intents*' }, set });
      const { body } = await rig.merchant.post('/v1/charges', chargeBody());
      const charge = String(body.id);
      const letter = await eventually(async () => {
        const found = (await deadLetters()).split('\n').find((line) => line.includes(charge));
        if (found === undefined) throw new Error('no dead letter yet');
        return found;
      });
      expect(letter).toContain('provider_contradiction');
      expect(letter).toContain(shownValue);
      expect(await shown(charge)).toMatchObject({ amount_captured: 0 });
      await rig.psp.disarm();
      await rig.installation.command('jobs', 'redrive');
      await eventually(async () => expect(await shown(charge)).toMatchObject({ status: 'succeeded' }));
    },
    60_000,
  );

  test('a charge that the provider has not taken is withdrawn, and says so', async () => {
    await rig.psp.arm({ kind: 'rate_limit', match: { method: 'POST', path: '/v1/payment_intents' } });
    const { body } = await rig.merchant.post('/v1/charges', chargeBody());
    const charge = String(body.id);
    const canceled = rig.merchant.post(`/v1/charges/${charge}/cancel`, {}, { waitSeconds: 20 });
    await eventually(async () => expect((await shown(charge))['cancellation']).not.toBeNull());
    await rig.psp.disarm();
    expect((await canceled).body).toMatchObject({
      status: 'canceled',
      cancellation: { reason: 'requested', status: 'succeeded' },
    });
    await expectVerified(rig);
  }, 60_000);
});
