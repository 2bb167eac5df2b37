import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { reportFault } from '../support/faults/fault-report';
import { authorizedCharges, chargeBody, idOf, settledCharges } from '../support/faults/merchant-words';
import { armedRepetitions, raceTimeoutMs } from '../support/faults/repetitions';
import { type Rig, createRig } from '../support/faults/rig';
import { expectSettledBooks, expectSoundBooks } from '../support/faults/sound-books';

describe('notices of the PSP', () => {
  let rig: Rig;
  beforeAll(async () => (rig = await createRig()), 60_000);
  afterEach(() => rig.psp.disarm());
  afterAll(() => rig.close(), 60_000);

  const each = (name: string, once: (n: number) => Promise<void>) =>
    test(
      name,
      async () => {
        for (let n = 0; n < armedRepetitions(); n += 1) await once(n);
        await rig.psp.disarm();
        await expectSoundBooks(rig);
        await reportFault({ fault: `notices: ${name}`, repetitions: armedRepetitions() });
      },
      raceTimeoutMs(20_000),
    );

  each('each delivered fifty times in parallel has one effect', async () => {
    await rig.psp.arm({ kind: 'webhook_duplicate', copies: 50 });
    const [charge = ''] = await settledCharges(rig.merchant, 1);
    const refund = await rig.merchant.post('/v1/refunds', { charge, amount: 100 }, { waitSeconds: 20 });
    expect(refund.body).toMatchObject({ status: 'succeeded' });
    const charges = await expectSettledBooks(rig);
    expect(charges.get(charge)).toMatchObject({ status: 'succeeded', amount_refunded: 100 });
    await rig.psp.disarm();
  });

  each('in every order, with an authentication that only they tell of, never set a charge back', async () => {
    const charge = idOf(
      await rig.merchant.post(
        '/v1/charges',
        chargeBody({ payment_token: 'pm_card_authenticationRequired' }),
        { waitSeconds: 20 },
      ),
    );
    const { body } = await rig.merchant.get(`/v1/charges/${charge}`);
    expect(body).toMatchObject({ status: 'requires_action' });
    const { reference } = body.psp as { reference: string };
    const types = ['payment_intent.requires_action', 'payment_intent.processing', 'payment_intent.succeeded'];
    await rig.psp.authenticate(reference, 'succeed');
    for (const [index, order] of permutations(types).entries())
      for (const type of order)
        expect(await deliver({ type, charge, reference, event: `${String(index)}_${type}` })).toBe(200);
    // A notice is answered as soon as it is stored, and takes effect afterwards.
    await eventually(async () =>
      expect((await rig.merchant.get(`/v1/charges/${charge}`)).body).toMatchObject({ status: 'succeeded' }),
    );
    const charges = await expectSettledBooks(rig, [charge]);
    expect(charges.get(charge)).toMatchObject({ status: 'succeeded', amount_captured: 1000 });
  });

  each('before our own commit are applied later', async () => {
    // The answer takes a second; the notice of the same payment arrives long before.
    await rig.psp.arm({
      kind: 'timeout_after',
      hold_ms: 3_000,
      times: 1,
      match: { path: '/v1/payment_intents' },
    });
    const charge = await rig.merchant.post('/v1/charges', chargeBody(), { waitSeconds: 20 });
    expect(charge.body).toMatchObject({ status: 'succeeded' });
    await rig.psp.disarm();
  });

  each('late and reordered change nothing that is settled', async () => {
    await rig.psp.arm({ kind: 'webhook_delay', delay_ms: 800 });
    await rig.psp.arm({ kind: 'webhook_reorder', window_ms: 500 });
    const [charge = ''] = await authorizedCharges(rig.merchant, 1);
    await rig.merchant.post(`/v1/charges/${charge}/capture`, { amount: 400 }, { waitSeconds: 20 });
    await rig.merchant.post(`/v1/charges/${charge}/cancel`, {}, { waitSeconds: 20 });
    const charges = await expectSettledBooks(rig);
    expect(charges.get(charge)).toMatchObject({ status: 'succeeded', amount_captured: 400 });
    await rig.psp.disarm();
  });

  each('again after a restart have no second effect', async (n) => {
    const [charge = ''] = await settledCharges(rig.merchant, 1);
    const { body } = await rig.merchant.get(`/v1/charges/${charge}`);
    const { reference } = body.psp as { reference: string };
    const notice = { type: 'payment_intent.succeeded', charge, reference, event: `again_${String(n)}` };
    expect(await deliver(notice)).toBe(200);
    await rig.process().kill();
    await rig.start();
    expect(await deliver(notice)).toBe(200);
    const charges = await expectSettledBooks(rig, [charge]);
    expect(charges.get(charge)).toMatchObject({ amount_captured: 1000 });
  });

  test('an altered signature, body or time is refused with 400 and leaves no trace', async () => {
    const [charge = ''] = await settledCharges(rig.merchant, 1);
    const notice = { type: 'payment_intent.succeeded', charge, reference: 'pi_x', event: 'forged' };
    expect(await deliver(notice, { alterSignature: true })).toBe(400);
    expect(await deliver(notice, { alterBody: true })).toBe(400);
    expect(await deliver(notice, { ageSeconds: 301 })).toBe(400);
    expect(await deliver(notice, { ageSeconds: -301 })).toBe(400);
    // The simulator's own, altered once, is refused and delivered again.
    await rig.psp.arm({ kind: 'webhook_bad_signature' });
    const [altered = ''] = await settledCharges(rig.merchant, 1);
    await rig.psp.disarm();
    await expectSoundBooks(rig, [altered]);
  }, 60_000);

  test('lost altogether, a payer who has authenticated is found by asking', async () => {
    await rig.psp.arm({ kind: 'webhook_loss' });
    const charge = idOf(
      await rig.merchant.post(
        '/v1/charges',
        chargeBody({ payment_token: 'pm_card_authenticationRequired' }),
        {
          waitSeconds: 20,
        },
      ),
    );
    const { body } = await rig.merchant.get(`/v1/charges/${charge}`);
    const begun = performance.now();
    await rig.psp.authenticate((body.psp as { reference: string }).reference, 'succeed');
    await eventually(
      async () =>
        expect((await rig.merchant.get(`/v1/charges/${charge}`)).body).toMatchObject({ status: 'succeeded' }),
      { timeoutMs: 60_000, intervalMs: 250 },
    );
    await reportFault({
      fault: 'notices: lost altogether, found by follow-up',
      repetitions: 1,
      measured: { what: 'known', durationsMs: [performance.now() - begun] },
    });
    await expectSoundBooks(rig, [charge]);
  }, 120_000);

  /** Signs a notice as the simulator would, with the secret that the installation registered last. */
  async function deliver(
    notice: { type: string; charge: string; reference: string; event: string },
    forgery: { alterSignature?: boolean; alterBody?: boolean; ageSeconds?: number } = {},
  ): Promise<number> {
    const { credentials } = rig.process();
    const secrets = JSON.parse(
      await readFile(join(rig.installation.dataDirectory, 'secrets.json'), 'utf8'),
    ) as { webhookEndpoints: readonly { secret: string }[] };
    const metadata = { charge_id: notice.charge, tenant: `${credentials.merchant}_test` };
    const event = {
      id: `evt_${notice.event.replaceAll('.', '_')}_${notice.charge}`,
      object: 'event',
      type: notice.type,
      data: { object: { id: notice.reference, object: 'payment_intent', metadata } },
    };
    const body = JSON.stringify(event);
    const sentAt = Math.floor(Date.now() / 1_000) - (forgery.ageSeconds ?? 0);
    const signature = createHmac('sha256', secrets.webhookEndpoints[0]?.secret ?? '')
      .update(`${String(sentAt)}.${body}`)
      .digest('hex');
    const forged = `${signature.startsWith('0') ? '1' : '0'}${signature.slice(1)}`;
    const response = await fetch(`${credentials.api_url}/v1/psp/stripe/webhooks`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'stripe-signature': `t=${String(sentAt)},v1=${forgery.alterSignature === true ? forged : signature}`,
      },
      body: forgery.alterBody === true ? body.replace('intent.succeeded', 'intent.succeedee') : body,
      signal: AbortSignal.timeout(10_000),
    });
    await response.arrayBuffer();
    return response.status;
  }
});

function permutations(items: readonly string[]): readonly (readonly string[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((first, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [first, ...rest]),
  );
}
