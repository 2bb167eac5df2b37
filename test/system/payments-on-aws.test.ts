import { randomBytes } from 'node:crypto';
import type { SegmentDocument } from '../support/aws/x-ray-daemon';
import { query } from '../support/embedded-postgres-directory';
import { eventually } from '../support/eventually';
import { withoutRedis } from '../support/aws/redis';
import { type CloudRig, createCloudRig } from '../support/cloud/cloud-rig';
import type { CloudProgram } from '../support/cloud/cloud-program';
import { chargeBody, idOf } from '../support/faults/merchant-words';
import { paymentScenarios } from '../support/scenarios/payments-end-to-end';

const handOverMs = 10_000;

describe(`payments end to end, on AWS without AWS${withoutRedis()}`, () => {
  let rig: CloudRig;
  let relays: CloudProgram[];
  beforeAll(async () => {
    rig = await createCloudRig();
    relays = [rig.startRelay(), rig.startRelay()];
    await eventually(() => expect(leader()).toBeDefined(), { timeoutMs: 30_000 });
  }, 120_000);
  afterAll(() => rig.close(), 60_000);

  const paymentsWorker = () => {
    const worker = rig.functions.workers['payments'];
    if (worker === undefined) throw new Error('payments has a worker');
    return worker;
  };
  const leader = () => relays.find(({ said }) => said().includes('the relay leads'));

  const platform = () => ({
    merchant: rig.merchant,
    psp: rig.psp,
    async verify() {
      await rig.functions.verification.invoke({ 'detail-type': 'Scheduled Event', source: 'aws.events' });
    },
  });

  test.each(paymentScenarios)('$name', ({ run }) => run(platform()), 120_000);

  test('the relay is killed in mid-stream: another one leads within 10 s, and nothing is lost', async () => {
    const killed = leader();
    const [before = '', during = ''] = await Promise.all(
      [1, 2].map(async () => idOf(await rig.merchant.post('/v1/charges', chargeBody()))),
    );
    const begun = performance.now();
    await killed?.kill();
    const after = idOf(await rig.merchant.post('/v1/charges', chargeBody()));
    await eventually(
      () => expect(relays.filter(({ said }) => said().includes('the relay leads'))).toHaveLength(2),
      { timeoutMs: handOverMs },
    );
    expect(performance.now() - begun).toBeLessThan(handOverMs);
    for (const id of [before, during, after])
      await eventually(
        async () =>
          expect((await rig.merchant.get(`/v1/charges/${id}`)).body).toMatchObject({ status: 'succeeded' }),
        { timeoutMs: 30_000 },
      );
    await platform().verify();
  }, 90_000);

  test('the verification fails, and says where, when an entry was altered', async () => {
    const [entry] = await query<{ tenant: string; sequence: string }>(
      rig.databaseUrl,
      'SELECT tenant, sequence FROM ledger.entries ORDER BY tenant, sequence LIMIT 1',
    );
    const alter = (change: string) =>
      query(
        rig.databaseUrl,
        `UPDATE ledger.entries SET amount = amount ${change}, balance_after = balance_after ${change}
         WHERE tenant = '${entry?.tenant ?? ''}' AND sequence = ${entry?.sequence ?? ''}`,
      );
    await alter('+ 1');
    // An old entry is looked at again by the next pass through everything, which an operator need not wait for.
    const again = () => rig.functions.verification.invoke({ whole: true });
    await expect(again()).rejects.toThrow(/^ledger: mer_\w+, entry \d+: /);
    await alter('- 1');
    await again();
  }, 60_000);

  test('one id leads from a request to the job at the PSP and to every reader, and each reader tells its lag', async () => {
    const id = idOf(await rig.merchant.post('/v1/charges', chargeBody()));
    const [event] = await query<{ id: string }>(
      rig.databaseUrl,
      `SELECT metadata->>'correlationId' AS id FROM journal.events WHERE stream = 'charge-${id}' AND version = 1`,
    );
    const correlationId = event?.id ?? '';
    expect(correlationId).toMatch(/^[0-9a-f]{32}$/);
    const about = (program: { lines(): readonly string[] }, message: string) =>
      program
        .lines()
        .filter((line) => line.includes(`"message":"${message}"`) && line.includes(correlationId));
    await eventually(() => expect(about(paymentsWorker(), 'a job is done')).not.toEqual([]), {
      timeoutMs: 30_000,
    });
    for (const reader of Object.values(rig.functions.readers)) {
      await eventually(() => expect(about(reader, 'a batch of the stream took effect')).not.toEqual([]), {
        timeoutMs: 30_000,
      });
      expect(reader.lines().join('\n')).toMatch(/"Name":"EventLagSeconds","Unit":"Seconds"/);
    }
  }, 90_000);

  test('one trace leads from the answer by way of the API and the relay to the function at the PSP', async () => {
    const traceId = `${Math.floor(Date.now() / 1_000).toString(16)}${randomBytes(12).toString('hex')}`;
    const root = `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;
    const answer = await rig.merchant.post('/v1/charges', chargeBody(), {
      headers: { 'x-amzn-trace-id': `Root=${root};Sampled=1` },
    });
    const named = answer.headers.get('x-amzn-trace-id') ?? '';
    const [, span = ''] = /;Parent=([0-9a-f]{16});Sampled=1$/.exec(named) ?? [];
    expect(named).toBe(`Root=${root};Parent=${span};Sampled=1`);
    const segment = (isIt: (one: SegmentDocument) => boolean) =>
      eventually(
        () => {
          const found = rig.xRay.segments().find(isIt);
          if (found === undefined) throw new Error('X-Ray was not sent it');
          return found;
        },
        { timeoutMs: 30_000 },
      );
    const request = await segment(({ id }) => id === span);
    expect(request).toMatchObject({
      name: 'payment-api',
      trace_id: root,
      http: { request: { method: 'POST', url: '/v1/charges' }, response: { status: 201 } },
      annotations: { requestId: answer.headers.get('request-id') },
    });
    expect(request).not.toHaveProperty('parent_id');
    const handOver = await segment(({ parent_id }) => parent_id === span);
    expect(handOver).toMatchObject({ name: 'relay', trace_id: root });
    const below = `00-${traceId}-${handOver.id}-01`;
    const work = await segment(({ annotations }) => annotations?.['trace'] === below);
    expect(work).toMatchObject({ annotations: { chargeId: idOf(answer) } });
  }, 60_000);

  test('a trace that its caller does not keep is sent to nobody', async () => {
    const root = `1-5f84c7a1-${randomBytes(12).toString('hex')}`;
    const answer = await rig.merchant.post('/v1/charges', chargeBody(), {
      headers: { 'x-amzn-trace-id': `Root=${root};Sampled=0` },
      waitSeconds: 20,
    });
    expect(answer.body).toMatchObject({ status: 'succeeded' });
    expect(answer.headers.has('x-amzn-trace-id')).toBe(false);
    expect(rig.xRay.segments().filter(({ trace_id }) => trace_id === root)).toEqual([]);
  }, 60_000);

  test('what failed is told to nobody but the log, and the programs drain on SIGTERM', async () => {
    expect(paymentsWorker().lines().join('\n')).not.toMatch(/sk_test_[0-9a-f]{16}/);
    const standing = relays.find(({ child }) => child.exitCode === null && child.signalCode === null);
    expect(await standing?.stop()).toBe(0);
    expect(await rig.api.stop()).toBe(0);
  }, 60_000);
});
