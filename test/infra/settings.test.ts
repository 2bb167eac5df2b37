import { Match, type Template } from 'aws-cdk-lib/assertions';
import { contexts } from '../../src/core/contexts';
import { type Resource, resourcesOf, readCloud } from './synthesised-cloud';

const cloud = readCloud();
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
    streaming.resourceCountIs('AWS::SQS::Queue', 2 * contexts.queues.length);
    streaming.allResourcesProperties('AWS::SQS::Queue', {
      KmsMasterKeyId: Match.anyValue(),
      MessageRetentionPeriod: 14 * 24 * 3_600,
    });
    const withDeadLetters = properties(streaming, 'AWS::SQS::Queue').filter(
      ({ RedrivePolicy }) => RedrivePolicy,
    );
    expect(withDeadLetters).toHaveLength(contexts.queues.length);
    for (const queue of withDeadLetters) {
      expect(queue).toMatchObject({ RedrivePolicy: { maxReceiveCount: 5 }, VisibilityTimeout: 360 });
    }
    const policies = resourcesOf(streaming, 'AWS::SQS::QueuePolicy');
    expect(policies).toHaveLength(2 * contexts.queues.length);
    for (const [, policy] of policies)
      expect(JSON.stringify(policy)).toContain('"aws:SecureTransport":"false"');
    production('Functions').hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 100 },
    });
  });

  it('Kinesis: encrypted, seven days; readers bisect, give up, and park what is wrong', () => {
    production('Streaming').hasResourceProperties('AWS::Kinesis::Stream', {
      RetentionPeriodHours: 168,
      StreamEncryption: { EncryptionType: 'KMS' },
    });
    const mappings = properties(production('Functions'), 'AWS::Lambda::EventSourceMapping').filter(
      ({ StartingPosition }) => StartingPosition === 'TRIM_HORIZON',
    );
    expect(mappings).toHaveLength(contexts.streamReaders.length);
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

  it('sign-in pages are shown: the client has a branding', () => {
    const [[client] = []] = resourcesOf(production('Admin'), 'AWS::Cognito::UserPoolClient');
    production('Admin').hasResourceProperties('AWS::Cognito::ManagedLoginBranding', {
      ClientId: { Ref: client },
      UseCognitoProvidedValues: true,
    });
  });
});
