import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { placeIn, traceBelow } from '../../../src/adapters/aws/tracing/segment';
import { type SegmentSender, createSegmentSender } from '../../../src/adapters/aws/tracing/segment-sender';
import { traceHandOver } from '../../../src/adapters/aws/tracing/trace-hand-over';
import { traceRequests } from '../../../src/operations/trace-requests';
import { type TraceParent, operatorTenant, parseTraceParent } from '../../../src/core/kernel';
import type { RecordedEvent } from '../../../src/core/ports';
import { type XRayDaemon, startXRayDaemon } from '../../support/aws/x-ray-daemon';
import { eventually } from '../../support/eventually';

const traceId = '5f84c7a1b6e4f2d0a9c3e8f7d6b5a4c3';
const root = '1-5f84c7a1-b6e4f2d0a9c3e8f7d6b5a4c3';
const span = 'e457b5a2e4d86bd1';
const parsed = (text: string): TraceParent => {
  const trace = parseTraceParent(text);
  if (trace === null) throw new Error(`${text} is no trace parent`);
  return trace;
};
const kept = parsed(`00-${traceId}-${span}-01`);

let daemon: XRayDaemon;
let sender: SegmentSender;
let now = 1_000;
const failures: string[] = [];
beforeEach(async () => {
  daemon = await startXRayDaemon();
  sender = createSegmentSender({
    address: daemon.address,
    clock: () => now,
    maxPerSecond: 3,
    onError: ({ message }) => failures.push(message),
  });
});
afterEach(async () => {
  await sender.close();
  await daemon.stop();
  expect(failures).toEqual([]);
});

const segmentNamed = (name: string) => ({
  name,
  ...placeIn(kept, 'a'.repeat(16)),
  start_time: 1,
  end_time: 2,
});
const names = () => daemon.segments().map(({ name }) => name);

describe('where a segment stands', () => {
  test('below the span that its trace names', () => {
    expect(placeIn(kept, 'a1b2c3d4e5f60718')).toEqual({
      id: 'a1b2c3d4e5f60718',
      trace_id: root,
      parent_id: span,
    });
    expect(traceBelow(kept, 'a1b2c3d4e5f60718')).toBe(`00-${traceId}-a1b2c3d4e5f60718-01`);
  });

  test('at the root, when only a load balancer was there before', () => {
    expect(placeIn(parsed(`00-${traceId}-${traceId.slice(16)}-01`), span)).toEqual({
      id: span,
      trace_id: root,
    });
  });
});

describe('the sender', () => {
  test('sends a datagram each, so many a second, and the rest not', async () => {
    for (const name of ['1', '2', '3', '4']) sender.send(segmentNamed(name));
    now += 1_000;
    sender.send(segmentNamed('5'));
    await eventually(() => expect(names()).toContain('5'));
    expect(names()).toEqual(['1', '2', '3', '5']);
  });

  test('is silent when it is closed', async () => {
    const other = createSegmentSender({
      address: daemon.address,
      clock: () => now,
      onError: () => undefined,
    });
    await other.close();
    other.send(segmentNamed('late'));
    sender.send(segmentNamed('in time'));
    await eventually(() => expect(names()).toEqual(['in time']));
  });
});

describe('requests', () => {
  let server: Server;
  let seen: (string | undefined)[];
  let answer = 200;
  let url: string;
  beforeEach(async () => {
    seen = [];
    server = createServer((request, response) => {
      seen.push(request.headers.traceparent as string | undefined);
      response.writeHead(answer, { 'request-id': 'req_1' }).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    traceRequests(server, { name: 'payment-api', sender, clock: () => now });
    url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1/charges/ch_1?customer=somebody`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const ask = (headers: Record<string, string>) =>
    fetch(url, { headers, signal: AbortSignal.timeout(10_000) });

  test.each([
    [200, {}],
    [409, { error: true }],
    [429, { error: true, throttle: true }],
    [503, { fault: true }],
  ])('answered with %s are segments of a kept trace, without their query', async (status, flags) => {
    answer = status;
    const { headers } = await ask({ traceparent: kept });
    const segment = await eventually(() => {
      const [first] = daemon.segments();
      if (first === undefined) throw new Error('no segment has come');
      return first;
    });
    expect(segment).toEqual({
      name: 'payment-api',
      id: segment.id,
      trace_id: root,
      parent_id: span,
      start_time: now / 1_000,
      end_time: now / 1_000,
      ...flags,
      http: { request: { method: 'GET', url: '/v1/charges/ch_1' }, response: { status } },
      annotations: { requestId: 'req_1' },
    });
    expect(seen).toEqual([`00-${traceId}-${segment.id}-01`]);
    expect(headers.get('x-amzn-trace-id')).toBe(`Root=${root};Parent=${segment.id};Sampled=1`);
  });

  test('of a trace that is not kept, and of none, pass as they came', async () => {
    answer = 200;
    const traceparent = `00-${traceId}-${span}-00`;
    const answers = [await ask({ traceparent }), await ask({})];
    expect(answers.map(({ headers }) => headers.has('x-amzn-trace-id'))).toEqual([false, false]);
    expect(seen).toEqual([traceparent, undefined]);
    sender.send(segmentNamed('the only one'));
    await eventually(() => expect(names()).toEqual(['the only one']));
  });
});

describe('a batch that is handed on', () => {
  const eventOf = (position: number, trace?: TraceParent): RecordedEvent => ({
    tenant: operatorTenant,
    partition: 1,
    stream: `charge-${String(position)}`,
    version: 1,
    position,
    type: 'Tested',
    schemaVersion: 1,
    data: {},
    metadata: {
      actor: 'test',
      correlationId: `c${String(position)}`,
      ...(trace === undefined ? {} : { trace }),
    },
    recordedAt: 0,
  });
  const jobOf = (trace?: string) => ({
    queue: 'payments',
    name: 'do',
    key: 'k',
    data: { correlationId: 'c1', ...(trace === undefined ? {} : { trace }) },
  });
  const watch = () => traceHandOver({ name: 'relay', sender, clock: () => now });

  test('is one segment in each kept trace, and its jobs hang below it', async () => {
    const unkept = parsed(`00-${'c'.repeat(32)}-${span}-00`);
    const batch = watch()([eventOf(1, kept), eventOf(2, kept), eventOf(3, unkept), eventOf(4)]);
    const sent = batch.jobAsSent(jobOf(kept));
    expect(batch.jobAsSent(jobOf(unkept))).toEqual(jobOf(unkept));
    expect(batch.jobAsSent(jobOf())).toEqual(jobOf());
    now += 250;
    batch.ended(true);
    await eventually(() => expect(daemon.segments()).toHaveLength(1));
    const [segment] = daemon.segments();
    expect(segment).toMatchObject({
      name: 'relay',
      trace_id: root,
      parent_id: span,
      start_time: (now - 250) / 1_000,
      end_time: now / 1_000,
      annotations: { correlationId: 'c1', position: 1, eventCount: 4 },
    });
    expect(segment).not.toHaveProperty('fault');
    expect(sent.data).toEqual({ correlationId: 'c1', trace: `00-${traceId}-${segment?.id ?? ''}-01` });
  });

  test('and fails, says so', async () => {
    watch()([eventOf(1, kept)]).ended(false);
    await eventually(() => expect(daemon.segments()).toMatchObject([{ name: 'relay', fault: true }]));
  });
});
