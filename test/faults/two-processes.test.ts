import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Answered } from '../support/merchant-client';
import { type FinCoreProcess, createInstallation } from '../support/fincore-process';
import { createMerchantClient } from '../support/merchant-client';
import { eventually } from '../support/eventually';
import { chargeBody, idOf } from '../support/faults/merchant-words';
import { untilAnswered } from '../support/faults/patient-call';
import { processesOf } from '../support/faults/processes-of';
import { reportFault } from '../support/faults/fault-report';
import { raceRepetitions, raceTimeoutMs } from '../support/faults/repetitions';
import { type Rig, createRig } from '../support/faults/rig';
import { allCharges, expectSoundBooks, expectSoundRound } from '../support/faults/sound-books';

describe('two processes on one data folder', () => {
  let rig: Rig;
  let second: FinCoreProcess;
  beforeAll(async () => {
    rig = await createRig();
    second = await rig.installation.start({ FINCORE_PORT: String(await freePort()) });
  }, 60_000);
  afterAll(() => rig.close(), 60_000);

  test(
    'the same key at both at once makes one charge; both work, and each charge is charged once',
    async () => {
      for (let n = 0; n < raceRepetitions(); n += 1) {
        const before = (await allCharges(rig)).size;
        const key = randomUUID();
        const answers = await Promise.all(
          Array.from({ length: 40 }, (_, index) =>
            untilFree(() => merchantOf(index).post('/v1/charges', chargeBody(), { key })),
          ),
        );
        expect(new Set(answers.map(idOf)).size).toBe(1);
        const others = await Promise.all(
          Array.from({ length: 40 }, (_, index) =>
            merchantOf(index).post('/v1/charges', chargeBody(), { waitSeconds: 20 }),
          ),
        );
        expect(others.map(({ body }) => body.status)).toEqual(others.map(() => 'succeeded'));
        const charges = await expectSoundRound(
          rig,
          [n, raceRepetitions()],
          [...answers, ...others].map(idOf),
        );
        expect(charges.size).toBe(before + 41);
      }
      await reportFault({ fault: 'two processes, the same key at both', repetitions: raceRepetitions() });
    },
    raceTimeoutMs(30_000),
  );

  test('when the process that runs the simulator is killed, the other one takes everything over', async () => {
    const asked = await Promise.all(
      Array.from({ length: 10 }, () => rig.merchant.post('/v1/charges', chargeBody())),
    );
    await rig.process().kill();
    const begun = performance.now();
    const survivor = createMerchantClient(second.credentials);
    const charge = await untilAnswered(() => survivor.post('/v1/charges', chargeBody()), {
      timeoutMs: 20_000,
    });
    await eventually(
      async () =>
        expect((await survivor.get(`/v1/charges/${idOf(charge)}`)).body).toMatchObject({
          status: 'succeeded',
        }),
      { timeoutMs: 30_000 },
    );
    const takenOverMs = performance.now() - begun;
    await rig.start();
    await expectSoundBooks(rig, [...asked, charge].map(idOf));
    await reportFault({
      fault: 'one of two processes killed',
      repetitions: 1,
      measured: { what: 'a charge through the other one, final', durationsMs: [takenOverMs] },
    });
  }, 120_000);

  const merchantOf = (index: number) =>
    index % 2 === 0 ? rig.merchant : createMerchantClient(second.credentials);

  async function untilFree(call: () => Promise<Answered>): Promise<Answered> {
    for (let tries = 0; tries < 1_000; tries += 1) {
      const answer = await call();
      if (answer.status !== 409) return answer;
    }
    throw new Error('a key that stays in flight');
  }
});

test('a simulator that dies under its program is started again', async () => {
  const installation = await createInstallation();
  try {
    const { credentials } = await installation.start();
    const { simulator } = await processesOf(installation.dataDirectory);
    process.kill(simulator, 'SIGKILL');
    const charge = await createMerchantClient(credentials).post('/v1/charges', chargeBody());
    await eventually(
      async () =>
        expect(
          (await createMerchantClient(credentials).get(`/v1/charges/${idOf(charge)}`)).body,
        ).toMatchObject({ status: 'succeeded' }),
      { timeoutMs: 60_000 },
    );
    expect((await processesOf(installation.dataDirectory)).simulator).not.toBe(simulator);
  } finally {
    await installation.remove();
  }
}, 120_000);

test('two processes that start a new installation at once share its simulator and its secrets', async () => {
  const installation = await createInstallation();
  try {
    const [first, second] = await Promise.all([
      installation.start(),
      installation.start({ FINCORE_PORT: String(await freePort()) }),
    ]);
    expect(second.credentials.simulator_url).toBe(first.credentials.simulator_url);
    for (const { credentials } of [first, second]) {
      const charge = await createMerchantClient(credentials).post('/v1/charges', chargeBody(), {
        waitSeconds: 20,
      });
      expect(charge.body).toMatchObject({ status: 'succeeded' });
    }
  } finally {
    await installation.remove();
  }
}, 120_000);

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
