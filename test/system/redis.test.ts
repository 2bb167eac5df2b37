import { randomUUID } from 'node:crypto';
import { describeWithRedis } from '../support/aws/redis';
import { type CloudRig, createCloudRig } from '../support/cloud/cloud-rig';
import type { CloudRedis } from '../support/cloud/cloud-redis';
import { eventually } from '../support/eventually';
import { chargeBody, idOf } from '../support/faults/merchant-words';
import { expectSettledBooks } from '../support/faults/sound-books';
import type { Answered } from '../support/merchant-client';

const chargeCount = 24;
const killedAt = 6;
const laneCount = 4;

describeWithRedis('the API on AWS without AWS and its Redis', () => {
  let rig: CloudRig;
  let redis: CloudRedis;
  const made = new Set<string>();
  beforeAll(async () => {
    rig = await createCloudRig();
    if (rig.redis === null) throw new Error('the rig has found no Redis');
    redis = rig.redis;
    const relay = rig.startRelay();
    await eventually(() => expect(relay.said()).toContain('the relay leads'), { timeoutMs: 30_000 });
  }, 120_000);
  afterAll(() => rig.close(), 60_000);

  /** One request made twice is done once, and told twice in the same words. */
  async function postTwice(path: string, body: object): Promise<Answered> {
    const key = randomUUID();
    const first = await rig.merchant.post(path, body, { key });
    const again = await rig.merchant.post(path, body, { key });
    expect(first.status).toBeLessThan(300);
    expect({ ...again, headers: {} }).toEqual({ ...first, headers: {} });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    return first;
  }

  async function chargeAndCapture(): Promise<void> {
    const id = idOf(await postTwice('/v1/charges', chargeBody({ capture_method: 'manual' })));
    made.add(id);
    await eventually(
      async () =>
        expect((await rig.merchant.get(`/v1/charges/${id}`)).body).toMatchObject({ status: 'authorized' }),
      { timeoutMs: 30_000, intervalMs: 100 },
    );
    await postTwice(`/v1/charges/${id}/capture`, {});
  }

  const expectUsed = () =>
    eventually(
      async () => {
        const before = await redis.usage();
        await chargeAndCapture();
        const { answerCount, getCount, evalCount } = await redis.usage();
        expect(answerCount).toBeGreaterThan(before.answerCount);
        expect(getCount).toBeGreaterThan(before.getCount);
        expect(evalCount).toBeGreaterThan(before.evalCount);
      },
      { timeoutMs: 30_000, intervalMs: 200 },
    );

  test('it keeps answers and counts requests', expectUsed, 60_000);

  test('killed in the midst of charges: they go on, none is made twice, and afterwards it is used again', async () => {
    let begun = 0;
    let killing: Promise<void> | undefined;
    const lane = async () => {
      while (begun < chargeCount) {
        begun += 1;
        if (begun === killedAt) killing = redis.kill();
        await chargeAndCapture();
      }
    };
    const before = made.size;
    await Promise.all(Array.from({ length: laneCount }, lane));
    await killing;
    expect(made.size - before).toBe(chargeCount);
    await expect(redis.usage()).rejects.toThrow();
    expect(rig.api.said()).toContain('the connection to Redis failed');

    await redis.startAgain();
    await expectUsed();
    const charges = await expectSettledBooks(rig);
    expect([...charges.keys()].sort()).toEqual([...made].sort());
    for (const charge of charges.values())
      expect(charge).toMatchObject({ status: 'succeeded', amount_captured: 1000 });
    const { charges_by_charge_id: atThePsp } = await rig.psp.stats();
    expect([...made].map((id) => atThePsp[id]?.charges)).toEqual([...made].map(() => 1));
    await rig.functions.verification.invoke({ 'detail-type': 'Scheduled Event', source: 'aws.events' });
  }, 180_000);
});
