import { stageConfigurationPage } from '../lib/config/stage-configuration-page';
import { stages } from '../lib/config/stages';
import type { StageConfiguration, StageName } from '../lib/config/stage-configuration';
import { costPage } from '../lib/cost/cost-page';
import { costReport } from '../lib/cost/cost-report';
import { alarmPage } from '../lib/observability/alarm-page';
import { alarmsOf } from '../lib/observability/alarms-of-stage';
import type { Cloud } from '../src/cli/cloud';

/** Those of the application; the pipeline is another one's stack. */
const stacks = [
  'Network',
  'Data',
  'Streaming',
  'Migration',
  'PaymentApi',
  'Functions',
  'Admin',
  'Observability',
];

/** The command line chose among `stages`, so that the name is one of them. */
const configurationOf = (stage: string): StageConfiguration => stages[stage as StageName];

/** What the command line tells about the cloud. The CDK is not part of it, so that `--help` stays quick. */
export const cloud: Cloud = {
  stages: Object.keys(stages),
  regionOf: (stage) => configurationOf(stage).region,
  stacksOf: () => stacks,
  alarmsOf: (stage) => alarmsOf(configurationOf(stage)),
  costReport: (stage, paymentsPerMonth) => costReport(configurationOf(stage), paymentsPerMonth),
  pages: () => ({
    'docs/cost.md': costPage(Object.values(stages)),
    'docs/reference/alarms.md': alarmPage(),
    'docs/reference/stage-configuration.md': stageConfigurationPage(),
  }),
};
