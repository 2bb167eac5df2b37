import { readFileSync } from 'node:fs';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { stages } from '../../lib/config/stages';
import { contexts } from '../../src/core/contexts';
import { stopTimeout } from '../../lib/constructs/program-task';
import { maxWaitSeconds } from '../../src/api/plugins/wait-preference';
import { collectorAddress } from '../../lib/constructs/trace-collector';
import { type Resource, resourcesOf, readCloud } from './synthesised-cloud';

const cloud = readCloud();
const openapi = JSON.parse(readFileSync('docs/reference/openapi.json', 'utf8')) as {
  readonly paths: Readonly<Record<string, unknown>>;
};
/** Each reader, each context's worker, and the verification. */
const functionCount = contexts.streamReaders.length + contexts.workers.length + 1;
const production = (stack: string): Template => cloud.template('production', stack);
const properties = (template: Template, type: string): readonly Readonly<Record<string, unknown>>[] =>
  resourcesOf(template, type).map(([id, { Properties = {} }]) => ({ id, ...Properties }));
const resourcesIn = (template: Template): Readonly<Record<string, Resource>> =>
  template.toJSON()['Resources'] as Readonly<Record<string, Resource>>;
const everyResource = (type: string): readonly (readonly [string, Resource])[] =>
  [...cloud.templates('production').values()].flatMap((template) => resourcesOf(template, type));

describe('programs of production run as experts expect', () => {
  it('ECS: private, read-only, without rights, two or more tasks, 60 seconds to stop, taken back when it fails', () => {
    const stack = production('PaymentApi');
    stack.resourceCountIs('AWS::ECS::Service', 2);
    stack.allResourcesProperties('AWS::ECS::Service', {
      NetworkConfiguration: { AwsvpcConfiguration: Match.objectLike({ AssignPublicIp: 'DISABLED' }) },
      DeploymentConfiguration: Match.objectLike({
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
        MinimumHealthyPercent: 100,
      }),
      AvailabilityZoneRebalancing: 'ENABLED',
    });
    stack.hasResourceProperties('AWS::ECS::Service', {
      DeploymentConfiguration: Match.objectLike({
        Strategy: 'BLUE_GREEN',
        Alarms: Match.objectLike({ Rollback: true }),
      }),
    });
    for (const [, { Properties = {} }] of everyResource('AWS::ECS::TaskDefinition')) {
      for (const container of Properties['ContainerDefinitions'] as readonly object[])
        expect(container).toMatchObject({
          ReadonlyRootFilesystem: true,
          User: '65532:65532',
          StopTimeout: 60,
          Privileged: false,
        });
      expect(JSON.stringify(Properties)).not.toContain('resolve:secretsmanager');
    }
  });

  it('traces: a collector beside the API and the relay, which go on without it, and may write traces only', () => {
    const stack = production('PaymentApi');
    for (const task of properties(stack, 'AWS::ECS::TaskDefinition')) {
      const [program, collector] = task['ContainerDefinitions'] as readonly Record<string, unknown>[];
      expect(program).toMatchObject({
        Essential: true,
        DependsOn: [{ ContainerName: 'Collector', Condition: 'START' }],
      });
      expect(program?.['Environment']).toContainEqual({
        Name: 'FINCORE_TRACE_COLLECTOR',
        Value: collectorAddress,
      });
      expect(collector).toMatchObject({ Essential: false, RestartPolicy: { Enabled: true }, Memory: 128 });
      expect(collector?.['Image']).toEqual(program?.['Image']);
    }
    expect(readFileSync('lib/constructs/collector.yaml', 'utf8')).toContain(
      `endpoint: ${collectorAddress}\n`,
    );
    const statement = {
      Sid: 'PartsOfTraces',
      Effect: 'Allow',
      Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
      Resource: '*',
    };
    const statements = properties(stack, 'AWS::IAM::Policy').flatMap(
      ({ PolicyDocument }) => (PolicyDocument as { readonly Statement: readonly object[] }).Statement,
    );
    expect(statements.filter((one) => 'Sid' in one && one.Sid === statement.Sid)).toEqual([
      statement,
      statement,
    ]);
  });

  it('load balancer: TLS 1.2 and later on every port, invalid headers dropped, logged', () => {
    const stack = production('PaymentApi');
    const listeners = properties(stack, 'AWS::ElasticLoadBalancingV2::Listener');
    for (const listener of listeners) {
      expect(listener).toMatchObject({
        Protocol: 'HTTPS',
        SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
      });
    }
    expect(listeners.map(({ Port }) => Port)).toEqual([443, 8443]);
    stack.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      LoadBalancerAttributes: Match.arrayWith([
        { Key: 'deletion_protection.enabled', Value: 'true' },
        { Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' },
        { Key: 'access_logs.s3.enabled', Value: 'true' },
      ]),
    });
  });

  it('load balancer: a task is checked by the journal alone, and has time to finish what it has begun', () => {
    const groups = properties(production('PaymentApi'), 'AWS::ElasticLoadBalancingV2::TargetGroup');
    expect(groups).toHaveLength(2);
    for (const group of groups) {
      const path = String(group['HealthCheckPath']);
      expect(path).toBe('/readyz/journal');
      expect(Object.keys(openapi.paths)).toContain(path);
      const attributes = group['TargetGroupAttributes'] as readonly { Key: string; Value: string }[];
      const delay = Number(
        attributes.find(({ Key }) => Key === 'deregistration_delay.timeout_seconds')?.Value,
      );
      expect(delay).toBeGreaterThan(maxWaitSeconds);
      expect(delay).toBeLessThan(stopTimeout.toSeconds());
    }
  });

  it('deployments of the API are watched by all answers of the load balancer, its own faults too', () => {
    for (const [, { Properties = {} }] of resourcesOf(production('PaymentApi'), 'AWS::CloudWatch::Alarm')) {
      const metrics = Properties['Metrics'] as readonly {
        readonly Expression?: string;
        readonly MetricStat?: { readonly Metric: { readonly MetricName: string } };
      }[];
      expect(metrics.flatMap(({ MetricStat }) => MetricStat?.Metric.MetricName ?? [])).toEqual([
        'HTTPCode_Target_5XX_Count',
        'HTTPCode_ELB_5XX_Count',
        'RequestCount',
      ]);
      // A request that finds no task is not in the count of requests.
      expect(metrics.find(({ Expression }) => Expression !== undefined)?.Expression).toMatch(
        /\/ \(FILL\(requests, 0\) \+ FILL\(balancer, 0\)\)$/,
      );
    }
  });

  it('functions: Arm, current runtime, own log with an end, traced, with a share and a timeout', () => {
    const functions = production('Functions');
    functions.resourceCountIs('AWS::Lambda::Function', functionCount);
    functions.allResourcesProperties('AWS::Lambda::Function', {
      Architectures: ['arm64'],
      Runtime: 'nodejs24.x',
      LoggingConfig: Match.anyValue(),
      TracingConfig: { Mode: 'Active' },
      ReservedConcurrentExecutions: Match.anyValue(),
      Timeout: Match.anyValue(),
      VpcConfig: Match.anyValue(),
    });
    functions.allResourcesProperties('AWS::Logs::LogGroup', {
      RetentionInDays: 365,
      KmsKeyId: Match.anyValue(),
    });
  });

  it('functions: released by an alias that moves a tenth first, and goes back by an alarm', () => {
    const functions = production('Functions');
    functions.resourceCountIs('AWS::Lambda::Alias', functionCount);
    functions.allResources('AWS::Lambda::Alias', {
      UpdatePolicy: { CodeDeployLambdaAliasUpdate: Match.objectLike({ ApplicationName: Match.anyValue() }) },
    });
    functions.resourceCountIs('AWS::CodeDeploy::DeploymentGroup', functionCount);
    functions.allResourcesProperties('AWS::CodeDeploy::DeploymentGroup', {
      DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      AlarmConfiguration: { Enabled: true, Alarms: [Match.anyValue()] },
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'],
      },
    });
    const aliases = new Set(resourcesOf(functions, 'AWS::Lambda::Alias').map(([id]) => id));
    const invoked = [
      ...properties(functions, 'AWS::Lambda::EventSourceMapping').map(({ FunctionName }) => FunctionName),
      ...properties(functions, 'AWS::Events::Rule').flatMap(({ Targets }) =>
        (Targets as readonly { readonly Arn: unknown }[]).map(({ Arn }) => Arn),
      ),
    ];
    expect(invoked).toHaveLength(contexts.queues.length + contexts.streamReaders.length + 1);
    for (const one of invoked) expect(aliases).toContain(/"Ref":"(\w+)"/.exec(JSON.stringify(one))?.[1]);
  });

  it('services write only where a key lets them: topics, queues, and objects in parts', () => {
    const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);
    for (const [stack, template] of cloud.templates('production')) {
      const keys = new Map(resourcesOf(template, 'AWS::KMS::Key'));
      const policies = [
        ...resourcesOf(template, 'AWS::SNS::TopicPolicy').map(([, policy]) => ({ policy, of: 'Topics' })),
        ...resourcesOf(template, 'AWS::SQS::QueuePolicy').map(([, policy]) => ({ policy, of: 'Queues' })),
      ];
      for (const { policy, of } of policies) {
        const { Statement } = policy.Properties?.['PolicyDocument'] as {
          readonly Statement: readonly { readonly Effect: string; readonly Principal: object }[];
        };
        const services = Statement.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Principal }) =>
          'Service' in Principal ? listOf(Principal.Service) : [],
        );
        for (const { Ref: id } of listOf(policy.Properties?.[of]) as readonly { readonly Ref: string }[]) {
          const { KmsMasterKeyId } = resourcesIn(template)[id]?.Properties ?? {};
          const keyId = /"Fn::GetAtt":\["(\w+)"/.exec(JSON.stringify(KmsMasterKeyId))?.[1] ?? '';
          for (const service of services)
            expect([stack, id, service, JSON.stringify(keys.get(keyId)?.Properties?.['KeyPolicy'])]).toEqual([
              stack,
              id,
              service,
              expect.stringContaining(`"Service":"${String(service)}"`),
            ]);
        }
      }
    }
    // Firehose uploads in parts, for which S3 reads the data key again.
    const [[, delivery] = []] = resourcesOf(production('Streaming'), 'AWS::KinesisFirehose::DeliveryStream');
    const destination = delivery?.Properties?.['ExtendedS3DestinationConfiguration'] as {
      readonly EncryptionConfiguration: { readonly KMSEncryptionConfig: { readonly AWSKMSKeyARN: unknown } };
    };
    const key = JSON.stringify(destination.EncryptionConfiguration.KMSEncryptionConfig.AWSKMSKeyARN);
    const granted = properties(production('Streaming'), 'AWS::IAM::Policy')
      .filter(({ id }) => String(id).startsWith('ArchiveRole'))
      .flatMap(
        ({ PolicyDocument }) =>
          (PolicyDocument as { readonly Statement: readonly { Action: unknown; Resource: unknown }[] })
            .Statement,
      )
      .filter(({ Resource: on }) => JSON.stringify(on).includes(key))
      .flatMap(({ Action }) => listOf(Action));
    expect(granted).toEqual(expect.arrayContaining(['kms:GenerateDataKey', 'kms:Decrypt']));
  });

  it('no machine is replaced because AWS has published another image', () => {
    for (const stage of ['dev', 'staging', 'production'] as const)
      for (const [stack, template] of cloud.templates(stage))
        for (const { Type } of Object.values(template.findParameters('*')) as unknown as readonly {
          readonly Type: string;
        }[])
          expect([stage, stack, Type]).toEqual([
            stage,
            stack,
            expect.not.stringContaining('AWS::EC2::Image::Id'),
          ]);
    cloud.template('dev', 'Network').hasResourceProperties('AWS::EC2::Instance', {
      ImageId: stages.dev.network.egress.kind === 'nat-instance' ? stages.dev.network.egress.imageId : '',
    });
  });

  it('only production is public', () => {
    const open = (stage: 'dev' | 'staging' | 'production') =>
      JSON.stringify(resourcesOf(cloud.template(stage, 'PaymentApi'), 'AWS::EC2::SecurityGroup')).match(
        /"CidrIp":"0\.0\.0\.0\/0","Description":"Callers"/g,
      )?.length ?? 0;
    expect([open('dev'), open('staging'), open('production')]).toEqual([0, 0, 1]);
  });
});
