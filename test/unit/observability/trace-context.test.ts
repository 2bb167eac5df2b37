import { xRayHeaderOf } from '../../../src/adapters/aws/tracing/x-ray-header';
import { keptTraceShare, traceOf } from '../../../src/api/plugins/trace-context';
import { isSampled, parseTraceParent } from '../../../src/core/kernel';

const traceId = '5f84c7a1b6e4f2d0a9c3e8f7d6b5a4c3';
const span = 'e457b5a2e4d86bd1';
const amazonRoot = `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;

test('the trace of the caller goes on', () => {
  expect(traceOf({ traceparent: `00-${traceId}-${span}-01` })).toBe(`00-${traceId}-${span}-01`);
});

test.each([
  'no trace',
  `00-${'0'.repeat(32)}-${span}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `00-${traceId.toUpperCase()}-${span}-01`,
  `01-${traceId}-${span}-01`,
  `00-${traceId}-${span}-01-more`,
  `00-aaaaaaaa4242424242424242aaaaaaaa-${span}-01`,
])(
  'a header that is none, of another version, or that may be a card number is left out: %s',
  (traceparent) => {
    expect(traceOf({ traceparent })).toBeNull();
  },
);

test('the trace that the load balancer began goes on, in any order of its parts', () => {
  expect(traceOf({ 'x-amzn-trace-id': `Self=1-2;${amazonRoot};Parent=${span};Sampled=1` })).toBe(
    `00-${traceId}-${span}-01`,
  );
  expect(traceOf({ 'x-amzn-trace-id': `${amazonRoot};Sampled=0` })).toBe(
    `00-${traceId}-${traceId.slice(16)}-00`,
  );
  expect(traceOf({ 'x-amzn-trace-id': 'Root=2-1-2' })).toBeNull();
  expect(traceOf({})).toBeNull();
});

test("a caller's trace is preferred to the load balancer's", () => {
  const traceparent = `00-${'c'.repeat(32)}-${span}-00`;
  expect(traceOf({ traceparent, 'x-amzn-trace-id': amazonRoot })).toBe(traceparent);
});

test('of the traces that nobody decided about, one share is kept, the same one everywhere', () => {
  const kept = Array.from({ length: 10_000 }, (_, index) =>
    traceOf({
      'x-amzn-trace-id': `Root=1-5f84c7a1-${index.toString(16).padStart(8, 'a')}${'c'.repeat(16)}`,
    }),
  ).filter((trace) => trace !== null && isSampled(trace));
  expect(kept).toHaveLength(10_000 / keptTraceShare);
});

test('X-Ray reads the same trace', () => {
  const trace = parseTraceParent(`00-${traceId}-${span}-01`);
  expect(trace && xRayHeaderOf(trace)).toBe(`${amazonRoot};Parent=${span};Sampled=1`);
  expect(traceOf({ 'x-amzn-trace-id': trace === null ? '' : xRayHeaderOf(trace) })).toBe(trace);
});
