import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { chargeBody } from '../support/faults/merchant-words';
import { reportFault } from '../support/faults/fault-report';
import { type Rig, createRig } from '../support/faults/rig';
import { expectSoundBooks } from '../support/faults/sound-books';

const clients = 500;
const triesLimit = 200;
const timeoutMs = 60_000;

/** With the queue as it is shipped, and with one so short that most of the storm is shed at first. */
const storms = [
  { requests: 5_000, queueLimit: 5_000 },
  { requests: 1_000, queueLimit: 40 },
] as const;

describe.each(storms)('a storm on a queue of $queueLimit', ({ requests, queueLimit }) => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await createRig({
      settings: {
        FINCORE_APPEND_QUEUE_LIMIT: String(queueLimit),
        // The provider is slow in a storm, not dead.
        FINCORE_PSP_TIMEOUT_MS: '10000',
        FINCORE_JOB_LEASE_MS: '60000',
      },
    });
  }, 60_000);
  afterAll(() => rig.close(), 60_000);

  test(`500 clients release ${String(requests)} charges at once: all are accepted in the end, with nothing but 503 before`, async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: clients });
    const shed: number[] = [];
    const accepted = new Set<string>();
    const begun = performance.now();
    await Promise.all(
      Array.from({ length: requests }, async () => {
        const key = randomUUID();
        for (let tries = 0; tries < triesLimit; tries += 1) {
          const { status, retryAfter, body } = await post(agent, key);
          if (status === 201) {
            accepted.add((JSON.parse(body) as { id: string }).id);
            return;
          }
          shed.push(status);
          expect(status).toBe(503);
          expect(Number(retryAfter)).toBeGreaterThanOrEqual(1);
          // Spread over the second that was asked for and another one, as client libraries do.
          await pause(Number(retryAfter) * 1_000 * (1 + Math.random()));
        }
        throw new Error(`a charge was shed ${String(triesLimit)} times`);
      }),
    );
    const acceptedAfterMs = performance.now() - begun;
    agent.destroy();
    expect(accepted.size).toBe(requests);
    if (queueLimit < clients) expect(shed.length).toBeGreaterThan(0);
    const charges = await expectSoundBooks(rig, accepted);
    expect(charges.size).toBe(requests);
    // Afterwards it answers as if nothing had been.
    const calm = performance.now();
    expect((await rig.merchant.post('/v1/charges', chargeBody(), { waitSeconds: 10 })).status).toBe(201);
    const calmMs = performance.now() - calm;
    await reportFault({
      fault: `storm: 500 clients, ${String(requests)} charges at once, queue of ${String(queueLimit)} (${String(shed.length)} answers 503)`,
      repetitions: 1,
      measured: { what: 'all accepted; a single charge afterwards', durationsMs: [acceptedAfterMs, calmMs] },
    });
  }, 300_000);

  const post = (agent: Agent, key: string) =>
    new Promise<{ status: number; retryAfter: string | undefined; body: string }>((resolve, reject) => {
      const { api_url: url, secret_key: secret } = rig.process().credentials;
      const text = JSON.stringify(chargeBody());
      const outgoing = request(
        `${url}/v1/charges`,
        {
          method: 'POST',
          agent,
          timeout: timeoutMs,
          headers: {
            authorization: `Bearer ${secret}`,
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(text),
            'idempotency-key': key,
          },
        },
        (response) => {
          let body = '';
          response.on('data', (chunk: Buffer) => (body += chunk.toString()));
          response.on('error', reject);
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], body }),
          );
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
      outgoing.on('error', reject);
      outgoing.end(text);
    });
});
