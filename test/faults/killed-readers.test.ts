import { attempt } from '../support/faults/patient-call';
import { dump, rebuildableReaders } from '../support/faults/derived-rows';
import { reportFault } from '../support/faults/fault-report';
import { chargeBody, settledCharges } from '../support/faults/merchant-words';
import { raceRepetitions, raceTimeoutMs } from '../support/faults/repetitions';
import { type Rig, createRig } from '../support/faults/rig';
import { expectSoundRound, expectVerified } from '../support/faults/sound-books';

describe('kill -9 the readers in mid-batch', () => {
  let rig: Rig;
  beforeAll(async () => (rig = await createRig()), 60_000);
  afterAll(() => rig.close(), 60_000);

  test(
    'nothing is lost or posted twice, and a rebuild brings back the same rows',
    async () => {
      const soundAfterMs: number[] = [];
      const { merchant } = rig;
      for (let n = 0; n < raceRepetitions(); n += 1) {
        const [toRefund = ''] = await settledCharges(merchant, 1, { metadata: { order: String(n) } });
        await rig.process().stop();
        // Each reader applies at least one batch at the start or soon after: the count says which of them is hit, and
        // a low one may be hit before the process is ready.
        const isReady = await startsWith(rig, `mid_batch:${String(5 + (n % 12))}`);
        if (isReady)
          await Promise.all([
            attempt(() =>
              merchant.post('/v1/refunds', { charge: toRefund, amount: 100, metadata: { n: 'x' } }),
            ),
            ...Array.from({ length: 6 }, () => attempt(() => merchant.post('/v1/charges', chargeBody()))),
          ]);
        if (isReady) expect(await rig.process().ended).toBe('SIGKILL');
        const begun = performance.now();
        await rig.start();
        await expectSoundRound(rig, [n, raceRepetitions()]);
        soundAfterMs.push(performance.now() - begun);
      }
      for (const reader of rebuildableReaders) {
        const before = await dump(rig.databaseUrl, reader);
        expect(await rig.installation.command('rebuild', reader)).toMatchObject({ code: 0 });
        expect(await dump(rig.databaseUrl, reader)).toEqual(before);
      }
      await expectVerified(rig);
      await reportFault({
        fault: 'readers killed in mid-batch',
        repetitions: raceRepetitions(),
        measured: { what: 'restarted, all final and verified', durationsMs: soundAfterMs },
      });
    },
    raceTimeoutMs(40_000),
  );
});

/** @returns whether it became ready before it died */
async function startsWith(rig: Rig, failpoint: string): Promise<boolean> {
  try {
    await rig.start({ FINCORE_FAILPOINT: failpoint });
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('FinCore ended before it was ready')) return false;
    throw error;
  }
}
