import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive } from '../../src/adapters/embedded/postgres-server/process-table';
import { type Installation, createInstallation } from '../support/fincore-process';
import { type MerchantClient, createMerchantClient } from '../support/merchant-client';
import { hasTerminals, startInTerminal, type Terminal } from '../support/pseudo-terminal';
import { reportFault } from '../support/faults/fault-report';
import { chargeBody } from '../support/faults/merchant-words';
import { type Ended, attempt } from '../support/faults/patient-call';
import { expectAllEnded, processesOf } from '../support/faults/processes-of';
import { createPspControl } from '../support/faults/psp-control';
import { startRepetitions } from '../support/faults/repetitions';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const clients = 4;
const timeoutMs = 60_000 + startRepetitions() * 40_000;

let installation: Installation;
beforeEach(async () => (installation = await createInstallation()));
afterEach(() => installation.remove());

/** Calls `act` with a program in a terminal and requests on their way, again and again. */
async function inTerminal(
  fault: string,
  act: (terminal: Terminal) => Promise<void>,
): Promise<{ readonly answers: readonly Ended[]; readonly said: string }[]> {
  if (!hasTerminals()) {
    process.stderr.write(`NOT PRODUCED: ${fault}; this machine has no program "script"\n`);
    await reportFault({ fault: `${fault}: not produced on this machine`, repetitions: 0 });
    return [];
  }
  const rounds: { answers: readonly Ended[]; said: string }[] = [];
  const endsMs: number[] = [];
  for (let n = 0; n < startRepetitions(); n += 1) {
    const terminal = await startInTerminal(installation);
    const processes = await processesOf(installation.dataDirectory);
    const load = await startRequests();
    const begunMs = performance.now();
    await act(terminal);
    await expectAllEnded(processes);
    endsMs.push(performance.now() - begunMs);
    rounds.push({ answers: await load.finish(), said: terminal.said() });
  }
  await reportFault({
    fault,
    repetitions: startRepetitions(),
    measured: { what: 'until every process has ended', durationsMs: endsMs },
  });
  return rounds;
}

async function merchant(): Promise<MerchantClient> {
  const file = await readFile(join(installation.dataDirectory, 'credentials.json'), 'utf8');
  return createMerchantClient(JSON.parse(file) as Parameters<typeof createMerchantClient>[0]);
}

/** Clients that make charges until no connection is made any more. */
async function startRequests(): Promise<{ finish(): Promise<readonly Ended[]> }> {
  const client = await merchant();
  const answers: Ended[] = [];
  const untilRefused = async () => {
    for (;;) {
      const answer = await attempt(() =>
        client.post('/v1/charges', chargeBody(), { key: randomUUID(), waitSeconds: 5 }),
      );
      answers.push(answer);
      if (answer === 'no answer' || answer.status === 503) return;
    }
  };
  const running = Promise.all(Array.from({ length: clients }, untilRefused));
  while (answers.length < clients) await pause(10);
  return { finish: () => running.then(() => answers) };
}

/** A request that was accepted is answered; one that comes too late is refused with 503 or finds no server. */
function expectNoneCutOff(answers: readonly Ended[]): void {
  const statuses = answers.flatMap((answer) => (answer === 'no answer' ? [] : [answer.status]));
  expect(new Set(statuses)).toEqual(new Set(statuses.includes(503) ? [201, 503] : [201]));
}

test(
  'Ctrl-C under npm start: the program drains, npm ends with 0, and no process is left',
  async () => {
    const rounds = await inTerminal('Ctrl-C under npm start', async (terminal) => {
      terminal.pressCtrlC();
      const exit = await terminal.ended;
      const stopped = terminal.said().split('FinCore is stopping')[1] ?? '';
      expect({ exit, stopped }).toEqual({
        exit: 0,
        stopped: expect.stringContaining('FinCore has stopped.') as string,
      });
    });
    for (const { answers } of rounds) expectNoneCutOff(answers);
  },
  timeoutMs,
);

test(
  'a terminal that is closed: the program drains, and no process is left',
  async () => {
    const rounds = await inTerminal('closed terminal', async (terminal) => {
      terminal.close();
      await terminal.ended;
    });
    for (const { answers } of rounds) expectNoneCutOff(answers);
    // The next start finds everything in order: it neither recovers the database nor repairs the simulator.
    const again = await installation.start();
    expect(await again.stop()).toBe(0);
  },
  timeoutMs,
);

test(
  'a killed program leaves neither its database server nor its simulator behind',
  async () => {
    const endsMs: number[] = [];
    for (let n = 0; n < startRepetitions(); n += 1) {
      const running = await installation.start();
      const processes = await processesOf(installation.dataDirectory);
      await running.kill();
      endsMs.push(await expectAllEnded(processes));
    }
    await reportFault({
      fault: 'the program is killed',
      repetitions: startRepetitions(),
      measured: { what: 'until its database server and its simulator have ended', durationsMs: endsMs },
    });
  },
  timeoutMs,
);

test('a killed program leaves the database server to the other program that uses it', async () => {
  const first = await installation.start();
  const { postgres } = await processesOf(installation.dataDirectory);
  const second = await installation.start({ FINCORE_PORT: '0' });
  await first.kill();
  // The guard of the killed program has looked by then, and asks nobody a second time.
  await pause(1_500);
  expect(isAlive(postgres)).toBe(true);
  await second.kill();
  await expectAllEnded({ postgres, simulator: postgres });
}, 120_000);

test('a second Ctrl-C, a while after the first, ends at once and leaves no process', async () => {
  const running = await installation.start();
  const processes = await processesOf(installation.dataDirectory);
  await createPspControl(running.credentials.simulator_url).arm({
    kind: 'latency',
    min_ms: 20_000,
  });
  const asked = attempt(async () =>
    (await merchant()).post('/v1/charges', chargeBody(), { waitSeconds: 20 }),
  );
  await pause(200);
  running.child.kill('SIGINT');
  await pause(1_200);
  running.child.kill('SIGINT');
  expect(await running.ended).toBe(130);
  await expectAllEnded(processes);
  await asked;
}, 120_000);
