import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { connectionOf } from '../support/running-postgres';
import { query } from '../support/embedded-postgres-directory';
import { eventually } from '../support/eventually';
import { type Load, startLoad } from '../support/faults/load';
import { reportFault } from '../support/faults/fault-report';
import {
  drillRepetitions,
  drillTimeoutMs,
  raceTimeoutMs,
  sharedRepetitions,
} from '../support/faults/repetitions';
import { type Rig, createRig } from '../support/faults/rig';
import { silence } from '../support/silent-server';
import { expectSoundRound } from '../support/faults/sound-books';

/** Far above what was measured (docs/reliability.md): a slow machine must not fail, a process that never recovers must. */
const recoveryBoundMs = 30_000;
const charactersShown = 2_000;
const clients = 10;
/** A process that has brought its database back ten times within ten minutes takes it for broken, and gives up. */
const deathsOfOneProcess = 8;

/** Rounds of each of the two ways to end the server, and of those in which three kinds of connections are cut in turn. */
const [restarts, cuts] = [sharedRepetitions(2), sharedRepetitions(3)];

describe('the database fails under load', () => {
  let rig: Rig;
  beforeAll(async () => (rig = await createRig({ server: 'own' })), 60_000);
  afterAll(() => rig.close(), 60_000);

  test('a running installation works as the login of programs alone; only its hold on the server is the superuser', async () => {
    const running = await connectionOf(rig.installation.dataDirectory);
    const users = async (superuser: boolean) =>
      (
        await query<{ application_name: string }>(
          running?.connectionString('fincore') ?? '',
          `SELECT DISTINCT application_name FROM pg_stat_activity JOIN pg_roles ON rolname = usename
            WHERE rolsuper = ${String(superuser)} AND backend_type = 'client backend'
              AND pid <> pg_backend_pid() ORDER BY 1`,
        )
      ).map((row) => row.application_name);
    await eventually(async () => {
      expect(await users(true)).toEqual(['fincore lease']);
    });
    expect(await users(false)).toEqual(
      expect.arrayContaining([
        'fincore-jobs',
        'fincore-jobs-listener',
        'fincore-journal',
        'fincore-journal-listen',
      ]),
    );
  });

  test.each([
    { fault: 'immediate restart', signal: 'SIGQUIT' },
    { fault: 'kill -9', signal: 'SIGKILL' },
  ] as const)(
    '$fault: no acknowledged charge is lost, clients see only 503, and it serves again',
    async ({ fault, signal }) => {
      const recoveriesMs: number[] = [];
      for (let n = 0; n < restarts; n += 1) {
        if (n % deathsOfOneProcess === 0) await startAnew();
        const load = startLoad(rig, clients);
        await eventually(() => expect(load.accepted.size).toBeGreaterThan(30));
        const killedAtMs = performance.now();
        process.kill(await postmasterPid(), signal);
        recoveriesMs.push(await recovery(rig, load, killedAtMs));
        await load.finish();
        expectOnlyRetries(load);
        await expectSoundRound(rig, [n, restarts], load.accepted);
      }
      await reportFault({
        fault: `database: ${fault}`,
        repetitions: restarts,
        measured: { what: 'first charge accepted again', durationsMs: recoveriesMs },
      });
    },
    raceTimeoutMs(60_000),
  );

  test(
    'single connections are cut: no acknowledged charge is lost and clients see only 503',
    async () => {
      const recoveriesMs: number[] = [];
      for (let n = 0; n < cuts; n += 1) {
        const load = startLoad(rig, clients);
        for (const name of ['fincore-journal', 'fincore-journal-read', 'fincore-jobs']) {
          const before = load.accepted.size;
          await eventually(() => expect(load.accepted.size).toBeGreaterThan(before + 10));
          const cutAtMs = performance.now();
          expect(await cutConnections(name)).toBeGreaterThan(0);
          recoveriesMs.push(await recovery(rig, load, cutAtMs));
        }
        await load.finish();
        expectOnlyRetries(load);
        await expectSoundRound(rig, [n, cuts], load.accepted);
      }
      await reportFault({
        fault: 'database: one kind of connection cut (three kinds in turn)',
        repetitions: cuts,
        measured: { what: 'next charge accepted', durationsMs: recoveriesMs },
      });
    },
    raceTimeoutMs(60_000),
  );

  test(
    'it falls silent: clients are answered 503 while it lasts, no acknowledged charge is lost, and it serves again',
    async () => {
      await startAnew();
      const recoveriesMs: number[] = [];
      for (let n = 0; n < drillRepetitions(); n += 1) {
        const load = startLoad(rig, clients);
        await eventually(() => expect(load.accepted.size).toBeGreaterThan(30));
        const goOn = await silence(await postmasterPid());
        try {
          // Each client is answered while the silence lasts, and each is refused a second time.
          await eventually(() => expect(load.refused.length).toBeGreaterThanOrEqual(2 * clients), {
            timeoutMs: recoveryBoundMs,
          });
        } finally {
          goOn();
        }
        recoveriesMs.push(await recovery(rig, load, performance.now()));
        await load.finish();
        expectOnlyRetries(load);
        await expectSoundRound(rig, [n, drillRepetitions()], load.accepted);
      }
      await reportFault({
        fault: 'database: silent (SIGSTOP), until each client was answered 503 twice',
        repetitions: drillRepetitions(),
        measured: { what: 'next charge accepted', durationsMs: recoveriesMs },
      });
    },
    drillTimeoutMs(120_000),
  );

  async function startAnew(): Promise<void> {
    await rig.process().stop();
    await rig.start();
  }

  const postmasterPid = async (): Promise<number> => {
    const file = join(rig.installation.dataDirectory, 'postgres', 'data', 'postmaster.pid');
    return Number((await readFile(file, 'utf8')).split('\n')[0]);
  };

  async function cutConnections(applicationName: string): Promise<number> {
    const running = await connectionOf(rig.installation.dataDirectory);
    const client = new Client({
      connectionString: running?.connectionString('fincore'),
      query_timeout: 10_000,
    });
    await client.connect();
    try {
      const cut = await client.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
        [applicationName],
      );
      return cut.rowCount ?? 0;
    } finally {
      await client.end();
    }
  }
});

/**
 * The time until a charge was accepted that was sent, or sent again, after the fault.
 * @throws with what the program said last, when it does not recover
 */
async function recovery(rig: Rig, load: Load, faultAtMs: number): Promise<number> {
  const before = load.accepted.size;
  // As many as there are clients may have been accepted just before the fault and answered just after.
  await eventually(() => expect(load.accepted.size).toBeGreaterThan(before + clients), {
    timeoutMs: recoveryBoundMs,
  }).catch((error: unknown) => {
    const said = rig.process().said().slice(-charactersShown);
    throw new Error(`no charge is accepted again; the program said last:\n${said}`, { cause: error });
  });
  return (load.acceptedAtMs[before + clients] ?? Infinity) - faultAtMs;
}

function expectOnlyRetries({ refused }: Load): void {
  for (const { ended } of refused) {
    if (ended === 'no answer') throw new Error('the API itself did not answer');
    expect(ended.status).toBe(503);
    expect(Number(ended.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  }
}
