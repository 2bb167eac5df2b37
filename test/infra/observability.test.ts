import { contexts } from '../../src/core/contexts';
import { Match } from 'aws-cdk-lib/assertions';
import { Runtime } from 'aws-cdk-lib/aws-synthetics';
import { alarmCatalogue, alarmIds, runbookPage } from '../../lib/observability/alarm-catalogue';
import { alarmsOf } from '../../lib/observability/alarms-of-stage';
import { stageMapOf } from '../../src/operations/doctor/stage-map';
import { production } from '../../lib/config/stages/production';
import { dev } from '../../lib/config/stages/dev';
import { readCloud, resourcesOf } from './synthesised-cloud';

interface AlarmProperties {
  readonly AlarmDescription: string;
  readonly TreatMissingData: string;
  readonly ComparisonOperator: string;
  readonly Threshold: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm: number;
  readonly AlarmActions: readonly { readonly Ref: string }[];
  readonly OKActions: readonly { readonly Ref: string }[];
}

const cloud = readCloud();
const template = cloud.template('production', 'Observability');
const alarms = (of = template): readonly AlarmProperties[] =>
  Object.values(of.findResources('AWS::CloudWatch::Alarm')).map(
    (resource) => (resource as { readonly Properties: AlarmProperties }).Properties,
  );
const about = (id: string, of = template): readonly AlarmProperties[] =>
  alarms(of).filter(({ AlarmDescription }) => AlarmDescription.includes(`Runbook: docs/runbook/${id}.md`));

test('production has every alarm of the catalogue, and no other', () => {
  const pages = alarms().map(({ AlarmDescription }) => /Runbook: (.+)$/.exec(AlarmDescription)?.[1]);
  expect([...new Set(pages)].sort()).toEqual(alarmIds.map(runbookPage).sort());
});

/** The thresholds that the design of the cloud asks for, as numbers of their metrics. */
test.each([
  ['dead-letters', 'GreaterThanThreshold', [0]],
  ['jobs-waiting', 'GreaterThanThreshold', [300]],
  ['reader-behind', 'GreaterThanThreshold', [60, 300]],
  ['server-errors', 'GreaterThanThreshold', [1]],
  ['slow-answers', 'GreaterThanThreshold', [1_000]],
  ['unhealthy-hosts', 'LessThanThreshold', [2]],
  ['database-cpu', 'GreaterThanThreshold', [80]],
  ['database-connections', 'GreaterThanThreshold', [80]],
  ['outbox-behind', 'GreaterThanThreshold', [30]],
  ['unknown-payments', 'GreaterThanThreshold', [900]],
  ['ledger-imbalance', 'GreaterThanThreshold', [0]],
  ['chain-broken', 'GreaterThanThreshold', [0]],
  ['verification-behind', 'GreaterThanThreshold', [172_800]],
  ['reconciliation-breaks', 'GreaterThanThreshold', [0]],
  ['psp-success', 'GreaterThanThreshold', [10]],
  ['backup-failure', 'GreaterThanThreshold', [0]],
  ['backup-missing', 'LessThanThreshold', [1]],
  ['archive-behind', 'GreaterThanThreshold', [900, 14_400]],
  ['proxy-pinned', 'GreaterThanThreshold', [50]],
  ['certificate-expiry', 'LessThanThreshold', [30]],
])('%s goes off as designed: %s %j', (id, comparison, thresholds) => {
  const found = about(id);
  expect([...new Set(found.map(({ Threshold }) => Threshold))].sort((a, b) => a - b)).toEqual(thresholds);
  expect(new Set(found.map(({ ComparisonOperator }) => ComparisonOperator))).toEqual(new Set([comparison]));
});

test.each(['relay-silent', 'verification-silent', 'canary-failed', 'unhealthy-hosts', 'backup-missing'])(
  'the silence of %s goes off',
  (id) => {
    for (const alarm of about(id)) expect(alarm.TreatMissingData).toBe('breaching');
    expect(about(id)).toHaveLength(1);
  },
);

test('every alarm tells somebody when it goes off and when it is over, by its severity', () => {
  const topics = Object.keys(template.findResources('AWS::SNS::Topic'));
  expect(topics).toHaveLength(2);
  for (const { AlarmDescription, AlarmActions, OKActions } of alarms()) {
    const severity = AlarmDescription.startsWith('PAGE ') ? 'Page' : 'Warn';
    expect(AlarmActions).toHaveLength(1);
    expect(AlarmActions[0]?.Ref).toContain(`Topics${severity}`);
    expect(OKActions).toEqual(AlarmActions);
  }
});

test('every alarm says whom it hurts and what to do', () => {
  for (const id of alarmIds)
    for (const { AlarmDescription } of about(id)) {
      const { impact, firstSteps } = alarmCatalogue[id];
      expect(AlarmDescription).toContain(`Impact: ${impact}`);
      for (const step of firstSteps) expect(AlarmDescription).toContain(step);
      // CloudWatch cuts at 1,024 characters.
      expect(AlarmDescription.length).toBeLessThan(1_024);
    }
});

test('each queue, reader and database has alarms of its own; only prompt work is late', () => {
  const subjects = (id: string) =>
    about(id).map(({ AlarmDescription }) => /\((.+?)\)/.exec(AlarmDescription)?.[1]);
  expect(subjects('dead-letters')).toEqual(contexts.queues.map(({ name }) => name));
  expect(subjects('jobs-waiting')).toEqual(
    contexts.queues.filter(({ isPrompt }) => isPrompt).map(({ name }) => name),
  );
  expect(subjects('reader-behind')).toEqual(contexts.streamReaders.flatMap((name) => [name, name]));
  expect(subjects('database-connections')).toEqual(['stores', 'ledger']);
});

test('e-mail hears everything, PagerDuty what pages, and Slack both', () => {
  template.resourceCountIs('AWS::SNS::Subscription', 3);
  template.hasResourceProperties('AWS::SNS::Subscription', {
    Protocol: 'https',
    Endpoint: '{{resolve:secretsmanager:fincore/production/pagerduty:SecretString:::}}',
    TopicArn: { Ref: Match.stringLikeRegexp('TopicsPage') },
  });
  template.resourcePropertiesCountIs(
    'AWS::SNS::Subscription',
    { Protocol: 'email', Endpoint: 'payments-on-call@example.com' },
    2,
  );
  template.hasResourceProperties('AWS::Chatbot::SlackChannelConfiguration', {
    SlackWorkspaceId: 'T0123456789',
    SlackChannelId: 'C0123456789',
    SnsTopicArns: [
      { Ref: Match.stringLikeRegexp('TopicsPage') },
      { Ref: Match.stringLikeRegexp('TopicsWarn') },
    ],
  });
});

test('topics are encrypted with a key that CloudWatch of this account may use, and take nothing without TLS', () => {
  template.allResourcesProperties('AWS::SNS::Topic', {
    KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('TopicsKey'), 'Arn'] },
  });
  template.hasResourceProperties('AWS::KMS::Key', {
    EnableKeyRotation: true,
    KeyPolicy: Match.objectLike({
      Statement: Match.arrayWith([
        Match.objectLike({
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': production.account } },
        }),
      ]),
    }),
  });
  template.hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: Match.objectLike({
      Statement: Match.arrayWith([
        Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ]),
    }),
  });
});

test('the canary charges the stage by its public name, with a secret that no environment shows', () => {
  template.hasResourceProperties('AWS::Synthetics::Canary', {
    Schedule: Match.objectLike({ Expression: 'rate(5 minutes)' }),
    RunConfig: Match.objectLike({
      ActiveTracing: true,
      EnvironmentVariables: Match.objectLike({ FINCORE_PUBLIC_URL: 'https://pay.example.com' }),
    }),
  });
});

test('the canary runs on the newest runtime of its kind that the CDK knows', () => {
  const [canary] = Object.values(template.findResources('AWS::Synthetics::Canary')) as {
    readonly Properties: { readonly RuntimeVersion: string };
  }[];
  const used = canary?.Properties.RuntimeVersion ?? '';
  const [, kind = '', version = ''] = /^(syn-nodejs-puppeteer)-([\d.]+)$/.exec(used) ?? [];
  const known = Object.values(Runtime)
    .filter((runtime) => runtime instanceof Runtime && runtime.name.startsWith(`${kind}-`))
    .map((runtime) => Number((runtime as Runtime).name.slice(kind.length + 1)));
  expect(known.length).toBeGreaterThan(5);
  expect(Number(version)).toBe(Math.max(...known));
});

test('the canary logs into a group of the stage: encrypted, for as long as the stage says', () => {
  const [[id, group] = []] = resourcesOf(template, 'AWS::Logs::LogGroup').filter(([, { Properties }]) =>
    JSON.stringify(Properties).includes('/aws/lambda/cwsyn-'),
  );
  expect(group?.Properties).toMatchObject({
    RetentionInDays: production.logRetentionDays,
    KmsKeyId: expect.anything() as unknown,
  });
  // If it could make its own, that one would be there before, and keep its lines for ever.
  const policies = JSON.stringify(resourcesOf(template, 'AWS::IAM::Policy'));
  expect(policies).not.toContain('logs:CreateLogGroup');
  expect(policies).toContain(
    `"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Effect":"Allow","Resource":{"Fn::GetAtt":["${String(id)}","Arn"]}`,
  );
});

test('errors in the logs of containers and of functions are counted', () => {
  const { streamReaders, workers } = contexts;
  template.resourceCountIs('AWS::Logs::MetricFilter', 4 + streamReaders.length + workers.length);
  template.allResourcesProperties('AWS::Logs::MetricFilter', {
    FilterPattern: '{ ($.level >= 50) || ($.level = "ERROR") || ($.level = "CRITICAL") }',
  });
});

test('one dashboard shows the way of a payment', () => {
  template.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
});

test('a stage that rests at night is not missed by anybody while it rests', () => {
  const small = cloud.template('dev', 'Observability');
  for (const id of alarmIds) expect(about(id, small).length > 0).toBe(alarmsOf(dev).includes(id));
  expect(alarmsOf(dev)).not.toEqual(expect.arrayContaining(['relay-silent']));
  expect(alarmsOf(production)).toEqual(alarmIds);
  small.resourceCountIs('AWS::Synthetics::Canary', 0);
});

test('the outputs name what the doctor and the commands of the runbook look for', () => {
  const outputs = Object.keys(template.findOutputs('*'));
  const map = stageMapOf(
    new Map(outputs.map((name) => [name, name === 'FinCoreStage' ? 'production' : 'x'])),
  );
  expect(map.queues.map(({ name }) => name)).toEqual(contexts.queues.map(({ name }) => name));
  expect(map.secrets.map(({ name }) => name)).toEqual(['stripe', 'operator', 'canary']);
  expect([...map.names.keys()]).toEqual(
    expect.arrayContaining([
      ...['STREAM_NAME', 'CLUSTER', 'API_SERVICE', 'RELAY_SERVICE', 'CANARY', 'BACKUP_VAULT', 'CERTIFICATE'],
      ...['DEAD_LETTERS_PAYMENTS', 'DATABASE_STORES', 'DATABASE_LEDGER', 'FUNCTION_WORKER_PAYMENTS'],
      ...['FUNCTION_VERIFICATION', 'LOG_PAYMENT_API', 'LOG_RELAY', 'LOG_WORKER_PAYMENTS', 'LOG_PAYMENTS'],
      'LOG_VERIFICATION',
    ]),
  );
});
