import { randomUUID } from 'node:crypto';
import { attempt, untilAnswered } from '../support/faults/patient-call';
import { reportFault } from '../support/faults/fault-report';
import { raceRepetitions, raceTimeoutMs } from '../support/faults/repetitions';
import { type Rig, createRig } from '../support/faults/rig';
import { expectSoundRound } from '../support/faults/sound-books';

describe('kill -9 the API between commit and answer', () => {
  let rig: Rig;
  beforeAll(async () => (rig = await createRig()), 60_000);
  afterAll(() => rig.close(), 60_000);

  test(
    'a retry with the same key returns the same id and body, and there is one payment for each key',
    async () => {
      const readyAfterMs: number[] = [];
      const accepted = new Set<string>();
      for (let n = 0; n < raceRepetitions(); n += 1) {
        await rig.process().stop();
        await rig.start({ FINCORE_FAILPOINT: `after_commit:${String(1 + (n % 4))}` });
        const keys = Array.from({ length: 8 }, () => randomUUID());
        const post = (key: string) =>
          rig.merchant.post(
            '/v1/charges',
            { amount: 1999, currency: 'EUR', payment_token: 'tok_visa' },
            { key },
          );
        const first = await Promise.all(keys.map((key) => attempt(() => post(key))));
        expect(await rig.process().ended).toBe('SIGKILL');
        // The failpoint struck while at least one of them waited for its answer.
        expect(first).toContain('no answer');

        const begun = performance.now();
        await rig.start();
        readyAfterMs.push(performance.now() - begun);
        const retried = await Promise.all(
          keys.map((key) => untilAnswered(() => post(key), { timeoutMs: 20_000 })),
        );
        const again = await Promise.all(keys.map(post));
        expect(again.map(({ body }) => body)).toEqual(retried.map(({ body }) => body));
        for (const [index, answer] of first.entries())
          if (answer !== 'no answer') expect(answer.body).toEqual(retried[index]?.body);
        expect(retried.map(({ status }) => status)).toEqual(keys.map(() => 201));
        for (const { body } of retried) accepted.add(String(body.id));
        const charges = await expectSoundRound(rig, [n, raceRepetitions()], accepted);
        expect(charges.size).toBe(accepted.size);
        expect(charges.size).toBe(keys.length * (n + 1));
      }
      await reportFault({
        fault: 'API killed between commit and answer',
        repetitions: raceRepetitions(),
        measured: { what: 'ready again', durationsMs: readyAfterMs },
      });
    },
    raceTimeoutMs(30_000),
  );
});
