import { createEmfMetrics } from '../../../src/adapters/aws/metrics/emf-metrics';

interface Line {
  readonly _aws: { readonly Timestamp: number; readonly CloudWatchMetrics: readonly object[] };
  readonly [name: string]: unknown;
}

const open = () => {
  const lines: Line[] = [];
  const metrics = createEmfMetrics({
    namespace: 'FinCore/dev',
    service: 'payment-api',
    clock: () => 1_700_000_000_000,
    write: (line) => lines.push(JSON.parse(line) as Line),
  });
  return { metrics, lines };
};

test('what was recorded is one line that CloudWatch reads: counts added up, samples apart', () => {
  const { metrics, lines } = open();
  metrics.record('ChargesAccepted');
  metrics.record('ChargesAccepted', 2);
  metrics.record('PspCallMilliseconds', 80);
  metrics.record('PspCallMilliseconds', 120);
  expect(lines).toEqual([]);
  metrics.flush();
  expect(lines).toEqual([
    {
      _aws: {
        Timestamp: 1_700_000_000_000,
        CloudWatchMetrics: [
          {
            Namespace: 'FinCore/dev',
            Dimensions: [['service']],
            Metrics: [
              { Name: 'ChargesAccepted', Unit: 'Count' },
              { Name: 'PspCallMilliseconds', Unit: 'Milliseconds' },
            ],
          },
        ],
      },
      service: 'payment-api',
      ChargesAccepted: [3],
      PspCallMilliseconds: [80, 120],
    },
  ]);
});

test('nothing is written twice, and nothing for nothing', () => {
  const { metrics, lines } = open();
  metrics.flush();
  metrics.record('OutboxAgeSeconds', 0);
  metrics.flush();
  metrics.flush();
  expect(lines.map((line) => line['OutboxAgeSeconds'])).toEqual([[0]]);
});

test('no line holds more samples than CloudWatch takes, and none is lost', () => {
  const { metrics, lines } = open();
  for (let n = 0; n < 250; n += 1) metrics.record('PspCallMilliseconds', n);
  metrics.flush();
  const samples = lines.map((line) => line['PspCallMilliseconds'] as number[]);
  expect(samples.map((some) => some.length)).toEqual([100, 100, 50]);
  expect(samples.flat()).toEqual(Array.from({ length: 250 }, (_, n) => n));
});

test('what is no number is not counted', () => {
  const { metrics, lines } = open();
  metrics.record('OutboxAgeSeconds', Number.NaN);
  metrics.record('OutboxAgeSeconds', Number.POSITIVE_INFINITY);
  metrics.flush();
  expect(lines).toEqual([]);
});
