import type { Template } from 'aws-cdk-lib/assertions';
import { type Resource, readCloud, readNextVersion, resourcesOf } from './synthesised-cloud';

const before = readCloud().templates('production');
const after = readNextVersion().templates('production');

/** CloudFormation replaces these with every change: what refers to one, refers to another after a deployment. */
const immutableTypes: ReadonlySet<string> = new Set(['AWS::ECS::TaskDefinition', 'AWS::Lambda::Version']);

/** What keeps data, with the settings whose change makes CloudFormation begin with an empty one. */
const identityOf: Readonly<Record<string, readonly string[]>> = {
  'AWS::RDS::DBCluster': ['DBClusterIdentifier', 'DatabaseName', 'KmsKeyId', 'StorageEncrypted', 'Engine'],
  'AWS::DynamoDB::GlobalTable': ['TableName', 'KeySchema'],
  'AWS::Kinesis::Stream': ['Name'],
  'AWS::SQS::Queue': ['QueueName', 'FifoQueue'],
  'AWS::S3::Bucket': ['BucketName'],
  'AWS::KMS::Key': ['KeySpec'],
  'AWS::SecretsManager::Secret': ['Name'],
  'AWS::ECR::Repository': ['RepositoryName', 'EncryptionConfiguration'],
  'AWS::Cognito::UserPool': ['UsernameAttributes', 'UsernameConfiguration'],
  'AWS::Backup::BackupVault': ['BackupVaultName', 'EncryptionKeyArn'],
  'AWS::ElastiCache::ReplicationGroup': ['ReplicationGroupId', 'KmsKeyId', 'AtRestEncryptionEnabled', 'Port'],
  'AWS::Logs::LogGroup': ['LogGroupName'],
};

interface Output {
  readonly Value: unknown;
  readonly Export?: { readonly Name: unknown };
}

/** With the image of the version filled in, as CloudFormation compares. */
const resourcesIn = (templates: typeof before, stack: string, image: string) =>
  JSON.parse(
    JSON.stringify(templates.get(stack)?.toJSON()['Resources'] ?? {}).replaceAll(
      '{"Ref":"ImageTag"}',
      `"${image}"`,
    ),
  ) as Readonly<Record<string, Resource>>;

/** Logical ids of a stack that name something else, or nothing, after the deployment. */
function replacedIn(stack: string): ReadonlySet<string> {
  const now = resourcesIn(before, stack, 'image-1');
  const then = resourcesIn(after, stack, 'image-2');
  return new Set(
    Object.keys(now).filter((id) => {
      const [old, young] = [now[id], then[id]];
      if (young?.Type !== old?.Type) return true;
      return immutableTypes.has(young?.Type ?? '') && JSON.stringify(young) !== JSON.stringify(old);
    }),
  );
}

const exportsOf = (template: Template): readonly Output[] =>
  (Object.values(template.findOutputs('*')) as unknown as readonly Output[]).filter(
    ({ Export }) => Export !== undefined,
  );

const referredIn = (value: unknown): readonly string[] =>
  [...JSON.stringify(value).matchAll(/"(?:Ref|Fn::GetAtt)":\[?"(\w+)"/g)].map(([, id = '']) => id);

const stackNames = [...before.keys()];
const scaledServices = (template: Template): readonly string[] =>
  resourcesOf(template, 'AWS::ApplicationAutoScaling::ScalableTarget').flatMap(([, { Properties }]) =>
    referredIn(Properties?.['ResourceId']).filter((id) => id.endsWith('Service') || id.includes('Service')),
  );

describe('production, deployed a second time with another version and another configuration', () => {
  it('is another version: task definitions and functions change', () => {
    const replaced = stackNames.flatMap((stack) => {
      const now = resourcesIn(before, stack, 'image-1');
      return [...replacedIn(stack)].map((id) => now[id]?.Type);
    });
    expect(new Set(replaced)).toEqual(immutableTypes);
  });

  it.each(stackNames)('%s exports the same as before, and of nothing that is replaced', (stack) => {
    const [now, then] = [before.get(stack), after.get(stack)];
    if (now === undefined || then === undefined) throw new Error(`${stack} is missing in one version.`);
    expect(exportsOf(then)).toEqual(expect.arrayContaining([...exportsOf(now)]));
    const replaced = replacedIn(stack);
    const moving = exportsOf(now).filter(({ Value }) => referredIn(Value).some((id) => replaced.has(id)));
    expect(moving).toEqual([]);
  });

  it.each(stackNames)('%s keeps everything that holds data', (stack) => {
    const now = resourcesIn(before, stack, 'image-1');
    const then = resourcesIn(after, stack, 'image-2');
    for (const [id, { Type, Properties = {} }] of Object.entries(now)) {
      const settings = identityOf[Type];
      if (settings === undefined) continue;
      const identity = (of: Readonly<Record<string, unknown>>) =>
        Object.fromEntries(settings.map((setting) => [setting, of[setting]]));
      expect({ id, ...identity(then[id]?.Properties ?? {}) }).toEqual({ id, ...identity(Properties) });
      expect(then[id]?.Type).toBe(Type);
    }
  });

  it('leaves to its scaling how many tasks run', () => {
    for (const stage of ['dev', 'staging', 'production'] as const) {
      const template = readCloud().template(stage, 'PaymentApi');
      const scaled = scaledServices(template);
      expect(scaled.length).toBeGreaterThan(0);
      for (const [id, { Properties = {} }] of resourcesOf(template, 'AWS::ECS::Service'))
        expect({ id, namesItsCount: 'DesiredCount' in Properties }).toEqual({
          id,
          namesItsCount: !scaled.includes(id),
        });
    }
  });
});
