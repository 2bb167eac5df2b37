import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import { constructName } from '../constructs/construct-name';
import { type AlarmDefinition, type AlarmLevel, levelInWords } from './alarm-definition';
import { alarmCatalogue, runbookPage } from './alarm-catalogue';
import type { AlarmSubject } from './alarm-subjects';
import type { AlarmTopics } from './alarm-topics';

export interface StageAlarmsProps {
  readonly subjects: readonly AlarmSubject[];
  readonly topics: AlarmTopics;
}

const silences = {
  breaching: TreatMissingData.BREACHING,
  'not-breaching': TreatMissingData.NOT_BREACHING,
  'as-before': TreatMissingData.IGNORE,
} as const satisfies Readonly<Record<AlarmDefinition['silence'], TreatMissingData>>;

/** One CloudWatch alarm for each subject and level, told to people when it goes off and when it is over. */
export class StageAlarms extends Construct {
  /** Those that wake somebody, for a deployment that must go back when one goes off. */
  readonly paging: readonly Alarm[];
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, { subjects, topics }: StageAlarmsProps) {
    super(scope, id);
    const made = subjects.flatMap((subject) => {
      const definition: AlarmDefinition = alarmCatalogue[subject.alarm];
      return definition.levels.map((level) => ({
        severity: level.severity,
        alarm: this.createAlarm(subject, definition, level),
      }));
    });
    for (const { severity, alarm } of made) {
      const action = new SnsAction(topics.topicOf(severity));
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
    this.all = made.map(({ alarm }) => alarm);
    this.paging = made.flatMap(({ severity, alarm }) => (severity === 'page' ? [alarm] : []));
  }

  private createAlarm(subject: AlarmSubject, definition: AlarmDefinition, level: AlarmLevel): Alarm {
    const threshold = subject.threshold ?? level.threshold;
    const { goesOff, within, silence } = definition;
    return new Alarm(this, constructIdOf(subject, level), {
      metric: subject.metric,
      threshold,
      comparisonOperator:
        goesOff === 'above'
          ? ComparisonOperator.GREATER_THAN_THRESHOLD
          : ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: within.periods,
      datapointsToAlarm: within.breaching,
      treatMissingData: silences[silence],
      alarmDescription: descriptionOf(subject, definition, { ...level, threshold }),
    });
  }
}

/** What a person reads at night: how bad, what, whom it hurts, what to do, and where more is written. */
function descriptionOf(subject: AlarmSubject, definition: AlarmDefinition, level: AlarmLevel): string {
  const { measured, impact, firstSteps } = definition;
  const of = subject.name === '' ? '' : ` (${subject.name})`;
  return [
    `${level.severity.toUpperCase()} ${subject.alarm}${of}: ${measured}, ${levelInWords(definition, level)}.`,
    `Impact: ${impact}`,
    ...firstSteps.map((step, index) => `${String(index + 1)}. ${step}`),
    `Runbook: ${runbookPage(subject.alarm)}`,
  ].join('\n');
}

/** `DeadLettersPaymentsPage`: the name by which CloudFormation makes the name of the alarm. */
const constructIdOf = ({ alarm, name }: AlarmSubject, { severity }: AlarmLevel): string =>
  [alarm, name, severity].map(constructName).join('');
