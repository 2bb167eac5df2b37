import { stages } from '../../lib/config/stages';
import { idleLines } from '../../lib/cost/idle-lines';
import { fixtures } from '../../lib/cost/usage-of-payments';
import { contexts } from '../../src/core/contexts';
import { metricUnits } from '../../src/core/ports/metrics';
import { readCloud } from './synthesised-cloud';

interface Resource {
  readonly Type: string;
  readonly Properties?: {
    readonly Metrics?: readonly { readonly MetricStat?: unknown }[];
    readonly RotationPeriodInDays?: number;
  };
}

const cloud = readCloud();

test.each(['dev', 'production'] as const)('what is counted for %s is what its stacks hold', (name) => {
  const resources = [...cloud.templates(name).values()].flatMap((template) =>
    Object.values(template.toJSON()['Resources'] as Readonly<Record<string, Resource>>),
  );
  const counted = (item: string): number =>
    idleLines(stages[name]).find((line) => line.item === item)?.quantity ?? 0;
  const held = (type: string): number => resources.filter(({ Type }) => Type === type).length;
  const alarmMetrics = resources
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .map(
      ({ Properties }) =>
        Properties?.Metrics?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1,
    )
    .reduce((sum, count) => sum + count, 0);
  expect(counted('Alarms')).toBe(alarmMetrics);
  expect(counted('Dashboard')).toBe(held('AWS::CloudWatch::Dashboard'));
  // RDS keeps a secret of its own for the administrator of each cluster.
  expect(counted('Secrets')).toBeGreaterThanOrEqual(
    held('AWS::SecretsManager::Secret') + held('AWS::RDS::DBCluster'),
  );
  const versions = resources
    .filter(({ Type }) => Type === 'AWS::KMS::Key')
    .map(({ Properties }) => ((Properties?.RotationPeriodInDays ?? 365) > 2 * 365 ? 1 : 3))
    .reduce((sum, count) => sum + count, 0);
  expect(counted('Keys')).toBeGreaterThanOrEqual(versions);
});

test('every metric of the programs is counted, in each service that writes it', () => {
  const readersBesideTheFirst = contexts.streamReaders.length - 1;
  const ageOfOutboxByVerification = 1;
  expect(fixtures.metrics).toBe(
    Object.keys(metricUnits).length + readersBesideTheFirst + ageOfOutboxByVerification,
  );
});
