import { readFileSync } from 'node:fs';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { chargeJobNames, followUpQueue, paymentsQueue } from '../../src/core/payments';
import { queueNames } from '../../lib/config/queue-names';
import { stopTimeout } from '../../lib/constructs/program-task';
import { maxWaitSeconds } from '../../src/api/plugins/wait-preference';
import { collectorAddress } from '../../lib/constructs/trace-collector';
import { type Resource, resourcesOf, readCloud } from './synthesised-cloud';

const cloud = readCloud();
const openapi = JSON.parse(readFileSync('docs/reference/openapi.json', 'utf8')) as {
  readonly paths: Readonly<Record<string, unknown>>;
};
const production = (stack: string): Template => cloud.template('production', stack);
const properties = (template: Template, type: string): readonly Readonly<Record<string, unknown>>[] =>
  resourcesOf(template, type).map(([id, { Properties = {} }]) => ({ id, ...Properties }));
const everyResource = (type: string): readonly (readonly [string, Resource])[] =>
  [...cloud.templates('production').values()].flatMap((template) => resourcesOf(template, type));

describe('production has the settings that experts expect', () => {
  it('Aurora: protected, retained, customer key, IAM, TLS, two instances, 35 days, logs', () => {
    const data = production('Data');
    data.resourceCountIs('AWS::RDS::DBCluster', 2);
    data.allResources('AWS::RDS::DBCluster', {
      DeletionPolicy: 'Retain',
      Properties: Match.objectLike({
        DeletionProtection: true,
        StorageEncrypted: true,
        KmsKeyId: Match.anyValue(),
        EnableIAMDatabaseAuthentication: true,
        BackupRetentionPeriod: 35,
        ManageMasterUserPassword: true,
        EnableCloudwatchLogsExports: ['postgresql', 'instance', 'iam-db-auth-error'],
      }),
    });
    data.allResourcesProperties('AWS::RDS::DBClusterParameterGroup', {
      Parameters: Match.objectLike({ 'rds.force_ssl': '1' }),
    });
    data.resourceCountIs('AWS::RDS::DBInstance', 4);
    data.allResourcesProperties('AWS::RDS::DBInstance', { PubliclyAccessible: false });
    data.allResourcesProperties('AWS::RDS::DBProxy', { RequireTLS: true, DefaultAuthScheme: 'IAM_AUTH' });
  });

  it('backup: a plan, a lock that becomes final, a copy in another region', () => {
    production('Data').hasResourceProperties('AWS::Backup::BackupVault', {
      LockConfiguration: { MinRetentionDays: 365, ChangeableForDays: 3 },
    });
    production('Data').hasResourceProperties('AWS::Backup::BackupPlan', {
      BackupPlan: {
        BackupPlanRule: [
          Match.objectLike({
            CopyActions: [
              Match.objectLike({
                DestinationBackupVaultArn:
                  'arn:aws:backup:eu-west-1:333333333333:backup-vault:fincore-production-copies',
              }),
            ],
          }),
        ],
      },
    });
    production('BackupCopy').resourceCountIs('AWS::Backup::BackupVault', 1);
  });

  it('S3: no public access, TLS only, encrypted, versioned, logged, with a lifecycle', () => {
    const buckets = everyResource('AWS::S3::Bucket');
    expect(buckets.length).toBeGreaterThanOrEqual(7);
    for (const [id, { Properties = {} }] of buckets) {
      const isLog = id.startsWith('AccessLogs');
      expect({ id, ...Properties }).toMatchObject({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        VersioningConfiguration: { Status: 'Enabled' },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { ServerSideEncryptionByDefault: { SSEAlgorithm: isLog ? 'AES256' : 'aws:kms' } },
          ],
        },
        LifecycleConfiguration: expect.anything() as unknown,
        ...(isLog ? {} : { LoggingConfiguration: expect.anything() as unknown }),
      });
    }
    const policies = everyResource('AWS::S3::BucketPolicy').map(([, policy]) => JSON.stringify(policy));
    expect(policies).toHaveLength(buckets.length);
    for (const policy of policies) expect(policy).toContain('"aws:SecureTransport":"false"');
  });

  it('S3: Object Lock for audit and archive', () => {
    const locked = properties(production('Streaming'), 'AWS::S3::Bucket').filter(
      (bucket) => bucket['ObjectLockEnabled'],
    );
    expect(locked.map(({ id }) => id)).toEqual([
      expect.stringMatching(/^ArchiveEvents/),
      expect.stringMatching(/^AuditTrailRecords/),
    ]);
    for (const bucket of locked) {
      expect(bucket['ObjectLockConfiguration']).toMatchObject({
        Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 2_555 } },
      });
    }
  });

  it('SQS: TLS only, encrypted, 14 days, five deliveries, six times the timeout', () => {
    const streaming = production('Streaming');
    streaming.resourceCountIs('AWS::SQS::Queue', 2 * queueNames.length);
    streaming.allResourcesProperties('AWS::SQS::Queue', {
      KmsMasterKeyId: Match.anyValue(),
      MessageRetentionPeriod: 14 * 24 * 3_600,
    });
    const withDeadLetters = properties(streaming, 'AWS::SQS::Queue').filter(
      ({ RedrivePolicy }) => RedrivePolicy,
    );
    expect(withDeadLetters).toHaveLength(queueNames.length);
    for (const queue of withDeadLetters) {
      expect(queue).toMatchObject({ RedrivePolicy: { maxReceiveCount: 5 }, VisibilityTimeout: 360 });
    }
    const policies = resourcesOf(streaming, 'AWS::SQS::QueuePolicy');
    expect(policies).toHaveLength(2 * queueNames.length);
    for (const [, policy] of policies)
      expect(JSON.stringify(policy)).toContain('"aws:SecureTransport":"false"');
    production('Functions').hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 100 },
    });
  });

  it('SQS: the queues that the workflows use', () => {
    expect(chargeJobNames.length).toBeGreaterThan(0);
    expect([...queueNames]).toEqual([paymentsQueue, followUpQueue]);
  });

  it('Kinesis: encrypted, seven days; readers bisect, give up, and park what is wrong', () => {
    production('Streaming').hasResourceProperties('AWS::Kinesis::Stream', {
      RetentionPeriodHours: 168,
      StreamEncryption: { EncryptionType: 'KMS' },
    });
    const mappings = properties(production('Functions'), 'AWS::Lambda::EventSourceMapping').filter(
      ({ StartingPosition }) => StartingPosition === 'TRIM_HORIZON',
    );
    expect(mappings).toHaveLength(3);
    for (const mapping of mappings) {
      expect(mapping).toMatchObject({
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: 10,
        MaximumRecordAgeInSeconds: 43_200,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        DestinationConfig: { OnFailure: { Destination: expect.anything() as unknown } },
      });
    }
  });

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

  it('CloudFront: TLS 1.2 and later, HTTP redirected, own origin access, security headers, logged, behind a firewall', () => {
    const sites = production('Sites');
    sites.resourceCountIs('AWS::CloudFront::Distribution', 2);
    sites.allResourcesProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: Match.objectLike({
        ViewerCertificate: Match.objectLike({ MinimumProtocolVersion: 'TLSv1.2_2021' }),
        DefaultCacheBehavior: Match.objectLike({ ViewerProtocolPolicy: 'redirect-to-https' }),
        Logging: Match.anyValue(),
        WebACLId: Match.anyValue(),
      }),
    });
    sites.resourceCountIs('AWS::CloudFront::OriginAccessControl', 2);
    sites.allResourcesProperties('AWS::CloudFront::ResponseHeadersPolicy', {
      ResponseHeadersPolicyConfig: Match.objectLike({
        SecurityHeadersConfig: Match.objectLike({
          ContentSecurityPolicy: Match.anyValue(),
          StrictTransportSecurity: Match.anyValue(),
          FrameOptions: { FrameOption: 'DENY', Override: true },
        }),
      }),
    });
  });

  it('firewall: managed groups, a rate rule, a log', () => {
    for (const stack of ['PaymentApi', 'Sites']) {
      const [acl] = properties(production(stack), 'AWS::WAFv2::WebACL');
      const rules = acl?.['Rules'] as readonly { readonly Name: string }[];
      expect(rules.map(({ Name }) => Name)).toEqual([
        'AWSManagedRulesCommonRuleSet',
        'AWSManagedRulesSQLiRuleSet',
        'AWSManagedRulesKnownBadInputsRuleSet',
        'AWSManagedRulesAmazonIpReputationList',
        'RatePerAddress',
      ]);
      production(stack).resourceCountIs('AWS::WAFv2::LoggingConfiguration', 1);
    }
  });

  it('secrets: under the customer key', () => {
    production('Data').allResourcesProperties('AWS::SecretsManager::Secret', { KmsKeyId: Match.anyValue() });
  });

  it('functions: Arm, current runtime, own log with an end, traced, with a share and a timeout', () => {
    const functions = production('Functions');
    functions.resourceCountIs('AWS::Lambda::Function', 5);
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
    functions.resourceCountIs('AWS::Lambda::Alias', 5);
    functions.allResources('AWS::Lambda::Alias', {
      UpdatePolicy: { CodeDeployLambdaAliasUpdate: Match.objectLike({ ApplicationName: Match.anyValue() }) },
    });
    functions.resourceCountIs('AWS::CodeDeploy::DeploymentGroup', 5);
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
    expect(invoked).toHaveLength(queueNames.length + 3 + 1);
    for (const one of invoked) expect(aliases).toContain(/"Ref":"(\w+)"/.exec(JSON.stringify(one))?.[1]);
  });

  it('network: closed default group, flow logs, private endpoints', () => {
    const network = production('Network');
    network.resourceCountIs('Custom::VpcRestrictDefaultSG', 1);
    network.resourceCountIs('AWS::EC2::FlowLog', 1);
    network.resourceCountIs('AWS::EC2::NatGateway', 3);
    network.resourceCountIs('AWS::EC2::VPCEndpoint', 10);
  });

  it('sign-in: a second factor for everybody', () => {
    production('Admin').hasResourceProperties('AWS::Cognito::UserPool', {
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      DeletionProtection: 'ACTIVE',
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    });
  });

  it('termination protection on every stack with state, and no compute in it', () => {
    const stateful = ['Admin', 'BackupCopy', 'Data', 'Streaming'];
    expect([...cloud.protectedStacks('production')].sort()).toEqual(stateful);
    expect([...cloud.protectedStacks('staging')].sort()).toEqual(['Admin', 'Data', 'Streaming']);
    for (const stack of stateful) {
      production(stack).resourceCountIs('AWS::Lambda::Function', 0);
      production(stack).resourceCountIs('AWS::ECS::Service', 0);
    }
  });

  it('only production is public', () => {
    const open = (stage: 'dev' | 'staging' | 'production') =>
      JSON.stringify(resourcesOf(cloud.template(stage, 'PaymentApi'), 'AWS::EC2::SecurityGroup')).match(
        /"CidrIp":"0\.0\.0\.0\/0","Description":"Callers"/g,
      )?.length ?? 0;
    expect([open('dev'), open('staging'), open('production')]).toEqual([0, 0, 1]);
  });
});
