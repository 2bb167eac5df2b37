import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Answered } from '../support/merchant-client';
import { reportFault } from '../support/faults/fault-report';
import { authorizedCharges, chargeBody, settledCharges } from '../support/faults/merchant-words';
import { raceRepetitions, raceTimeoutMs } from '../support/faults/repetitions';
import { type Rig, createRig } from '../support/faults/rig';
import { allCharges, expectSettledBooks, expectSoundBooks } from '../support/faults/sound-books';

describe('requests race', () => {
  let rig: Rig;
  beforeAll(async () => (rig = await createRig()), 60_000);
  afterAll(() => rig.close(), 60_000);

  const race = (name: string, once: () => Promise<void>) =>
    test(
      name,
      async () => {
        for (let n = 0; n < raceRepetitions(); n += 1) await once();
        await expectSoundBooks(rig);
        await reportFault({ fault: name, repetitions: raceRepetitions() });
      },
      raceTimeoutMs(20_000),
    );

  race('the same key 100 times at once makes one charge, and with another body is refused', async () => {
    const key = randomUUID();
    const before = (await allCharges(rig)).size;
    const answers = await Promise.all(Array.from({ length: 100 }, () => untilFree(chargeBody(), key)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect((await allCharges(rig)).size).toBe(before + 1);
    const other = await Promise.all(
      Array.from({ length: 20 }, () => untilFree(chargeBody({ amount: 1001 }), key)),
    );
    for (const { status, body } of other)
      expect({ status, code: body.code }).toEqual({ status: 422, code: 'idempotency_key_reused' });
  });

  race('100 different bodies with one key at once: one of them wins, the others are refused', async () => {
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => untilFree(chargeBody({ amount: 1000 + n }), key)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(99);
  });

  race('30 refunds of 100 from 1000 at once: exactly ten succeed', async () => {
    const [charge = ''] = await settledCharges(rig.merchant, 1);
    const answers = await Promise.all(
      Array.from({ length: 30 }, () =>
        untilDecided(() => rig.merchant.post('/v1/refunds', { charge, amount: 100 })),
      ),
    );
    expect(answers.filter((status) => status === 201)).toHaveLength(10);
    expect(answers.filter((status) => status === 422 || status === 409)).toHaveLength(20);
    const books = await expectSettledBooks(rig);
    expect(books.get(charge)).toMatchObject({ amount_refunded: 1000 });
  });

  race('20 captures of 100 from 1000 at once never take more than was authorized', async () => {
    const [charge = ''] = await authorizedCharges(rig.merchant, 1);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        untilDecided(() => rig.merchant.post(`/v1/charges/${charge}/capture`, { amount: 100 })),
      ),
    );
    const accepted = answers.filter((status) => status === 200).length;
    expect(accepted).toBeGreaterThanOrEqual(1);
    const books = await expectSettledBooks(rig);
    const captured = books.get(charge)?.amount_captured ?? 0;
    expect(captured).toBeLessThanOrEqual(1000);
    expect(captured).toBeGreaterThanOrEqual(100);
  });

  race('a capture against a cancellation: one of them wins, and the money says the same', async () => {
    const [charge = ''] = await authorizedCharges(rig.merchant, 1);
    const [capture, cancel] = await Promise.all([
      untilDecided(() => rig.merchant.post(`/v1/charges/${charge}/capture`, {})),
      untilDecided(() => rig.merchant.post(`/v1/charges/${charge}/cancel`, {})),
    ]);
    expect([capture, cancel].filter((status) => status === 200)).toHaveLength(1);
    const books = await expectSettledBooks(rig);
    expect(books.get(charge)).toMatchObject(
      capture === 200
        ? { status: 'succeeded', amount_captured: 1000 }
        : { status: 'canceled', amount_captured: 0 },
    );
  });

  /** Who comes while another request with the key is worked on is told so with 409, and tries again. */
  async function untilFree(body: object, key: string): Promise<Answered> {
    for (let tries = 0; tries < 1_000; tries += 1) {
      const answer = await rig.merchant.post('/v1/charges', body, { key });
      if (answer.status !== 409 || answer.body.code !== 'idempotency_key_in_flight') return answer;
      await pause(5);
    }
    throw new Error('a key that stays in flight');
  }

  /** Anyone who loses the race for a stream three times is told so with 409 and a code that says: try again. */
  async function untilDecided(call: () => ReturnType<Rig['merchant']['post']>): Promise<number> {
    for (let tries = 0; tries < 100; tries += 1) {
      const { status, body } = await call();
      if (status !== 409 || body.code !== 'concurrent_modification') return status;
    }
    throw new Error('a hundred conflicts in a row');
  }
});
