import { emitMetrics } from '../../../src/adapters/aws/metrics/emit-metrics';

interface Line {
  readonly _aws: { readonly CloudWatchMetrics: readonly object[] };
  readonly [name: string]: unknown;
}

/** The lines of the log that a program writes while it records. */
function linesOf(record: (metrics: ReturnType<typeof emitMetrics>) => void): readonly Line[] {
  const written: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  try {
    const metrics = emitMetrics('payment-api', { FINCORE_STAGE: 'dev' });
    record(metrics);
    metrics.close();
  } finally {
    write.mockRestore();
  }
  return written.map((line) => JSON.parse(line) as Line);
}

const sum = (values: unknown) => [values].flat().reduce((total: number, value) => total + Number(value), 0);

test('one line holds everything that was recorded, under the namespace of the stage and the service', () => {
  const [line, ...others] = linesOf((metrics) => {
    metrics.record('ChargesAccepted');
    metrics.record('ChargesAccepted', 2);
    metrics.record('PspCallMilliseconds', 80);
    metrics.record('PspCallMilliseconds', 120);
  });
  expect(others).toEqual([]);
  expect(line?._aws.CloudWatchMetrics).toEqual([
    {
      Namespace: 'FinCore/dev',
      Dimensions: [['service']],
      Metrics: [
        { Name: 'ChargesAccepted', Unit: 'Count' },
        { Name: 'PspCallMilliseconds', Unit: 'Milliseconds' },
      ],
    },
  ]);
  expect(line?.['service']).toBe('payment-api');
  expect(sum(line?.['ChargesAccepted'])).toBe(3);
  expect(line?.['PspCallMilliseconds']).toEqual([80, 120]);
});

test('no line holds more samples than CloudWatch takes, and every sample is in one', () => {
  const lines = linesOf((metrics) => {
    for (let n = 0; n < 250; n += 1) metrics.record('PspCallMilliseconds', n);
  });
  const samples = lines.map((line) => line['PspCallMilliseconds'] as number[]);
  expect(Math.max(...samples.map((some) => some.length))).toBeLessThanOrEqual(100);
  expect(samples.flat()).toEqual(Array.from({ length: 250 }, (_, n) => n));
});

test('nothing is written for nothing, and what is no number is not counted', () => {
  expect(
    linesOf((metrics) => {
      metrics.record('OutboxAgeSeconds', Number.NaN);
      metrics.record('OutboxAgeSeconds', Number.POSITIVE_INFINITY);
    }),
  ).toEqual([]);
});
