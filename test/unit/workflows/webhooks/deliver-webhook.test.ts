import { present } from '../../../support/present';
import { Webhook } from 'standardwebhooks';
import { retryWaitsMs } from '../../../../src/core/webhooks';
import { type Receiver, startReceiver } from '../../../support/webhooks/receiver';
import { type WebhooksBench, openWebhooksBench } from './webhooks-bench';

let receiver: Receiver;
let bench: WebhooksBench;
beforeEach(async () => {
  receiver = await startReceiver();
  bench = openWebhooksBench();
});
afterEach(async () => {
  bench.close();
  await receiver.stop();
});

const onlyJob = async () => {
  const jobs = await bench.dispatched();
  expect(jobs).toHaveLength(1);
  return present(jobs[0]);
};
const onlyDelivery = () => present([...bench.deliveries.rows.values()][0]);

test('an endpoint gets one signed event, which the official package verifies', async () => {
  const { secret } = await bench.endpoint(receiver.url);
  const chargeId = await bench.charge();
  expect(await bench.attempt(await onlyJob())).toBeNull();
  expect(receiver.received).toHaveLength(1);
  const { headers, body } = present(receiver.received[0]);
  // The package compares with the real time; the bench has a time of its own.
  expect(() => new Webhook(secret).verify(body, { ...headers })).toThrow('too old');
  const signed = new Webhook(secret).sign(
    present(headers['webhook-id']),
    new Date(Number(headers['webhook-timestamp']) * 1_000),
    body,
  );
  expect(headers['webhook-signature']).toBe(signed);
  expect(JSON.parse(body)).toMatchObject({
    type: 'charge.succeeded',
    sequence: 3,
    ordering_key: chargeId,
    data: { id: chargeId, object: 'charge', status: 'succeeded', amount_captured: 1000 },
  });
  expect(headers['webhook-id']).toBe(`evt_${chargeId.slice(3)}_3`);
  expect(onlyDelivery()).toMatchObject({ status: 'succeeded', attempts: 1, last: { statusCode: 200 } });
});

test('a receiver that failed once gets the same event later, under the same id and with the same body', async () => {
  await bench.endpoint(receiver.url);
  await bench.charge();
  receiver.answer(() => 500);
  const job = await onlyJob();
  expect(await bench.attempt(job)).toBe(retryWaitsMs[0]);
  expect(onlyDelivery()).toMatchObject({ status: 'pending', attempts: 1, last: { failure: 'answered 500' } });
  receiver.answer(() => 204);
  // Delivered before it is due, it waits for the rest.
  bench.pass(1_000);
  expect(await bench.attempt(job, 2)).toBe((retryWaitsMs[0] ?? 0) - 1_000);
  bench.pass(4_000);
  expect(await bench.attempt(job, 3)).toBeNull();
  const [first, second] = receiver.received;
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  expect(second?.body).toBe(first?.body);
  expect(onlyDelivery()).toMatchObject({ status: 'succeeded', attempts: 2 });
  // Delivered once more by the queue, it changes nothing.
  expect(await bench.attempt(job, 4)).toBeNull();
  expect(receiver.received).toHaveLength(2);
});

test('after the last attempt the endpoint is disabled, and its owner is told', async () => {
  const { endpointId } = await bench.endpoint(receiver.url);
  await bench.charge();
  receiver.answer(() => 500);
  const job = await onlyJob();
  for (const waitMs of retryWaitsMs) {
    expect(await bench.attempt(job)).toBe(waitMs);
    bench.pass(waitMs);
  }
  expect(await bench.attempt(job)).toBeNull();
  expect(receiver.received).toHaveLength(10);
  expect(onlyDelivery()).toMatchObject({ status: 'failed', attempts: 10, nextAttemptAt: null });
  expect(await bench.door.findEndpoint(bench.tenant, endpointId)).toMatchObject({
    status: 'disabled',
    disabledFor: 'exhausted',
  });
  expect(bench.logged).toEqual(['a webhook endpoint is disabled']);
  // Nothing is sent to it from now on; another endpoint receives the end.
  const other = await bench.endpoint(receiver.url, ['webhook_endpoint.disabled']);
  const jobs = await bench.dispatched();
  expect(jobs.map(({ name, data }) => [name, data['endpointId']])).toEqual([
    ['deliver-webhook', other.endpointId],
    ['release-deliveries', endpointId],
  ]);
  receiver.answer(() => 200);
  expect(await bench.attempt(present(jobs[0]))).toBeNull();
  expect(JSON.parse(present(receiver.received.at(-1)).body)).toMatchObject({
    type: 'webhook_endpoint.disabled',
    data: { id: endpointId, object: 'webhook_endpoint', status: 'disabled', secret: null },
  });
  await bench.charge();
  expect(await bench.dispatched()).toEqual([]);
});

test('410 disables at once', async () => {
  const { endpointId } = await bench.endpoint(receiver.url);
  await bench.charge();
  receiver.answer(() => 410);
  expect(await bench.attempt(await onlyJob())).toBeNull();
  expect(onlyDelivery()).toMatchObject({ status: 'failed', attempts: 1 });
  expect(await bench.door.findEndpoint(bench.tenant, endpointId)).toMatchObject({ disabledFor: 'gone' });
});

test('a redirect is a failure and is not followed', async () => {
  await bench.endpoint(receiver.url);
  await bench.charge();
  receiver.answer((_, response) => {
    response.writeHead(302, { location: `${receiver.url}/elsewhere` }).end();
    return null;
  });
  expect(await bench.attempt(await onlyJob())).toBe(retryWaitsMs[0]);
  expect(receiver.received.map(({ path }) => path)).toEqual(['/']);
  expect(onlyDelivery().last?.failure).toBe('answered with a redirect, which is not followed');
});

test('Retry-After is honoured, and the endpoint rests meanwhile', async () => {
  await bench.endpoint(receiver.url);
  await bench.charge();
  await bench.charge();
  receiver.answer((_, response) => {
    response.writeHead(429, { 'retry-after': '30' }).end();
    return null;
  });
  const [first, second] = await bench.dispatched();
  expect(await bench.attempt(present(first))).toBe(30_000);
  expect(await bench.attempt(present(second))).toBe(30_000);
  expect(receiver.received).toHaveLength(1);
  bench.pass(30_000);
  receiver.answer(() => 200);
  expect(await bench.attempt(present(second))).toBeNull();
  expect(await bench.attempt(present(first))).toBeNull();
});

test('a receiver that hangs is cut off, and leaves places to others', async () => {
  bench.close();
  bench = openWebhooksBench({ timeoutMs: 200 });
  await bench.endpoint(receiver.url);
  await bench.charge();
  receiver.answer(() => null);
  const job = await onlyJob();
  expect(await bench.attempt(job)).toBe(retryWaitsMs[0]);
  expect(onlyDelivery().last?.failure).toBe('gave no whole answer within 0.2 s');
  // Four requests hang: a fifth delivery of the endpoint waits, and one of another endpoint does not.
  receiver.answer(() => null);
  for (let n = 0; n < 5; n += 1) await bench.charge();
  const hanging = await bench.dispatched();
  const waiting = hanging.slice(0, 4).map((each) => bench.attempt(each));
  await new Promise((resolve) => setImmediate(resolve));
  expect(await bench.attempt(present(hanging[4]))).toBe(1_000);
  await Promise.all(waiting);
});

test('of an answer of 10 MB the beginning is read, and no more', async () => {
  await bench.endpoint(receiver.url);
  await bench.charge();
  receiver.answer((_, response) => {
    response.writeHead(200);
    response.write('x'.repeat(10_000_000));
    return null;
  });
  expect(await bench.attempt(await onlyJob())).toBeNull();
  expect(onlyDelivery()).toMatchObject({ status: 'succeeded' });
  expect(onlyDelivery().last?.answer).toHaveLength(1_000);
});

test('pausing an endpoint keeps its queue, and resuming sends it', async () => {
  const { endpointId, context } = await bench.endpoint(receiver.url);
  await bench.charge();
  const early = await onlyJob();
  await bench.door.pauseEndpoint(endpointId, context);
  await bench.charge();
  const [late] = await bench.dispatched();
  expect(await bench.attempt(early)).toBeNull();
  expect(await bench.attempt(present(late))).toBeNull();
  expect([...bench.deliveries.rows.values()].map(({ status }) => status)).toEqual(['held', 'held']);
  expect(receiver.received).toHaveLength(0);
  await bench.door.resumeEndpoint(endpointId, context);
  const [release] = await bench.dispatched();
  expect(release?.name).toBe('release-deliveries');
  expect(await bench.attempt(present(release))).toBeNull();
  expect(bench.queued).toHaveLength(2);
  for (const job of bench.queued) expect(await bench.attempt(job)).toBeNull();
  expect(receiver.received).toHaveLength(2);
});

test('what is on its way to an endpoint that is deleted ends, and the endpoint gets nothing', async () => {
  const { endpointId, context } = await bench.endpoint(receiver.url);
  await bench.charge();
  const job = await onlyJob();
  await bench.door.deleteEndpoint(endpointId, context);
  expect(await bench.attempt(job)).toBeNull();
  expect(onlyDelivery()).toMatchObject({ status: 'canceled', attempts: 0 });
  expect(receiver.received).toHaveLength(0);
});

test('a filter chooses events, and the same event makes the same delivery however often it is derived', async () => {
  await bench.endpoint(receiver.url, ['charge.failed']);
  const { endpointId } = await bench.endpoint(receiver.url, ['charge.succeeded', 'charge.failed']);
  await bench.charge();
  const events = await bench.journal.read(0, 100);
  const [job] = await bench.dispatched();
  expect(job?.data['endpointId']).toBe(endpointId);
  expect(events.length).toBeGreaterThan(3);
  expect(job?.key).toMatch(/^whd_[0-9a-z]{26}$/);
});

test('during an overlap both secrets sign', async () => {
  const { endpointId, secret, context } = await bench.endpoint(receiver.url);
  const rotated = await bench.door.rotateSecret(
    { endpointId, overlapMs: 60_000, rotatedAt: bench.clock() },
    context,
  );
  if (rotated.kind !== 'done') throw new Error(rotated.kind);
  await bench.charge();
  await bench.charge();
  const [first, second] = await bench.dispatched();
  await bench.attempt(present(first));
  bench.pass(60_000);
  await bench.attempt(present(second));
  const signaturesOf = (index: number) => receiver.received[index]?.headers['webhook-signature']?.split(' ');
  const signed = (by: string, index: number) => {
    const { headers, body } = present(receiver.received[index]);
    const at = new Date(Number(headers['webhook-timestamp']) * 1_000);
    return new Webhook(by).sign(present(headers['webhook-id']), at, body);
  };
  expect(signaturesOf(0)).toEqual([signed(rotated.secret, 0), signed(secret, 0)]);
  expect(signaturesOf(1)).toEqual([signed(rotated.secret, 1)]);
  // A third secret within the overlap would leave a receiver behind; without an overlap it may.
  await bench.door.rotateSecret({ endpointId, overlapMs: 60_000, rotatedAt: bench.clock() }, context);
  expect(
    await bench.door.rotateSecret({ endpointId, overlapMs: 60_000, rotatedAt: bench.clock() }, context),
  ).toMatchObject({ kind: 'refused', refusal: { code: 'secret_rotation_in_progress' } });
  expect(
    await bench.door.rotateSecret({ endpointId, overlapMs: 0, rotatedAt: bench.clock() }, context),
  ).toMatchObject({ kind: 'done' });
});
