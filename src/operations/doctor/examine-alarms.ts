import { type MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import type { AwsClients } from './aws-clients';
import { type Diagnosis, ill, well } from './diagnosis';
import type { StageMap } from './stage-map';

/** Every alarm says which page of the runbook it has. */
const pageIn = /^Runbook: (docs\/runbook\/([a-z-]+)\.md)$/m;

/** The alarms of the stage are there, tell its topics, and are quiet. @param expected the ids that a stage must have */
export async function examineAlarms(
  { cloudWatch }: Pick<AwsClients, 'cloudWatch'>,
  { topics }: Pick<StageMap, 'topics'>,
  expected: readonly string[],
): Promise<readonly Diagnosis[]> {
  const arns = new Set(topics.map(({ arn }) => arn));
  const alarms: MetricAlarm[] = [];
  for await (const page of paginateDescribeAlarms({ client: cloudWatch }, { AlarmTypes: ['MetricAlarm'] }))
    alarms.push(
      ...(page.MetricAlarms ?? []).filter(({ AlarmActions = [] }) =>
        AlarmActions.some((arn) => arns.has(arn)),
      ),
    );
  const known = new Set(alarms.map(idOf));
  const found = [
    ...expected
      .filter((id) => !known.has(id))
      .map((id) => ill(`there is no alarm ${id}`, 'Deploy the stack Observability again.')),
    ...alarms.flatMap(diagnosed),
  ];
  return found.length === 0 ? [well(`${alarms.length} alarms are quiet`)] : found;
}

function diagnosed(alarm: MetricAlarm): readonly Diagnosis[] {
  const { AlarmName = '', StateValue, StateReason = '', ActionsEnabled } = alarm;
  const [, page = 'docs/runbook/README.md'] = pageIn.exec(alarm.AlarmDescription ?? '') ?? [];
  if (StateValue === 'ALARM') return [ill(`${AlarmName} goes off: ${StateReason}`, `Follow ${page}.`)];
  if (ActionsEnabled === false)
    return [
      ill(
        `${AlarmName} tells nobody: its actions are disabled`,
        `aws cloudwatch enable-alarm-actions --alarm-names ${AlarmName}`,
      ),
    ];
  return [];
}

const idOf = ({ AlarmDescription = '' }: MetricAlarm): string => pageIn.exec(AlarmDescription)?.[2] ?? '';
