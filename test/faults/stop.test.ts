import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually';
import { reportFault } from '../support/faults/fault-report';
import { chargeBody, idOf } from '../support/faults/merchant-words';
import { type Ended, attempt } from '../support/faults/patient-call';
import { raceRepetitions, raceTimeoutMs } from '../support/faults/repetitions';
import { type Rig, createRig } from '../support/faults/rig';
import { allCharges, expectSoundRound } from '../support/faults/sound-books';

describe('stopping and starting', () => {
  let rig: Rig;
  beforeAll(async () => (rig = await createRig({ server: 'own' })), 60_000);
  afterAll(() => rig.close(), 60_000);

  test(
    'Ctrl-C under load: exit code 0, every accepted request is answered, and all data is there again',
    async () => {
      const stopsMs: number[] = [];
      const accepted = new Set<string>();
      for (let n = 0; n < raceRepetitions(); n += 1) {
        const ends: Ended[] = [];
        let isStopped = false;
        const client = async () => {
          while (!isStopped) {
            const wish = ends.length % 3 === 0 ? { waitSeconds: 10 } : {};
            ends.push(
              await attempt(() =>
                rig.merchant.post('/v1/charges', chargeBody(), { key: randomUUID(), ...wish }),
              ),
            );
          }
        };
        const clients = Promise.all(Array.from({ length: 10 }, client));
        await eventually(() => expect(ends.length).toBeGreaterThan(50));
        const begun = performance.now();
        const exit = await rig.process().stop();
        stopsMs.push(performance.now() - begun);
        isStopped = true;
        await clients;
        expect({ exit, said: rig.process().said().split('\n').at(-2) }).toEqual({
          exit: 0,
          said: 'FinCore has stopped.',
        });
        for (const end of ends) {
          if (end === 'no answer') continue;
          // While it drains, the door is closed: 503 says so.
          expect([201, 503]).toContain(end.status);
          if (end.status === 201) accepted.add(idOf(end));
        }
        await rig.start();
        const charges = await allCharges(rig);
        // Not one more: what was not answered was not accepted.
        expect([...charges.keys()].sort()).toEqual([...accepted].sort());
        await expectSoundRound(rig, [n, raceRepetitions()], accepted);
      }
      await reportFault({
        fault: 'Ctrl-C under load',
        repetitions: raceRepetitions(),
        measured: { what: 'from the signal to the end of the process', durationsMs: stopsMs },
      });
    },
    raceTimeoutMs(40_000),
  );

  test('a busy port: exit code 1, which port it is, how to choose another, and nothing left behind', async () => {
    const directory = await mkdtemp(join(tmpdir(), `fincore-test-${String(process.pid)}-`));
    const child = spawn(process.execPath, [join(process.cwd(), 'dist', 'local.js')], {
      env: { ...rig.installation.environment, FINCORE_DATA_DIR: directory, STRIPE_SIMULATOR_PORT: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    const port = rig.installation.environment.FINCORE_PORT ?? '';
    expect(code).toBe(1);
    expect(said).toContain(`Port ${port} on 127.0.0.1 is in use by FinCore itself`);
    expect(said).toMatch(/FINCORE_PORT=\d+ npm start/);
    expect(await readdir(directory)).toEqual([]);
    await rm(directory, { recursive: true });
  }, 60_000);
});
