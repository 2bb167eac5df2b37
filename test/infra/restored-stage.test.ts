import { readFileSync } from 'node:fs';
import { readCloud, readRestored, resourcesOf } from './synthesised-cloud';

const before = readCloud().templates('production');
const restored = readRestored().templates('production');
const page = readFileSync('docs/how-to/restore-a-stage.md', 'utf8');

const named = (stacks: typeof before, name: string) => {
  const found = stacks.get(name);
  if (found === undefined) throw new Error(`production has no stack ${name}.`);
  return found;
};
const imports = (stack: string, templates = before): readonly string[] =>
  [...JSON.stringify(named(templates, stack).toJSON()).matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(
    ([, name = '']) => name,
  );

interface Output {
  readonly Value: unknown;
  readonly Export?: { readonly Name: string };
}

/** Exports of Data that a restored stage does not have, or that name something else there. */
function movedExports(): ReadonlySet<string> {
  const outputs = (templates: typeof before) =>
    Object.values(named(templates, 'Data').findOutputs('*')) as unknown as readonly Output[];
  const clusters = new Set(resourcesOf(named(before, 'Data'), 'AWS::RDS::DBCluster').map(([id]) => id));
  const names = (templates: typeof before) => outputs(templates).flatMap(({ Export }) => Export?.Name ?? []);
  const moved = outputs(before).filter(
    ({ Value, Export }) =>
      Export !== undefined &&
      (!names(restored).includes(Export.Name) ||
        [...clusters].some((id) => JSON.stringify(Value).includes(`"${id}"`))),
  );
  return new Set(moved.flatMap(({ Export }) => Export?.Name ?? []));
}

describe('a stage that begins from its backups', () => {
  it('has clusters that are made of them, beside those of before', () => {
    const clusters = (templates: typeof before) =>
      resourcesOf(named(templates, 'Data'), 'AWS::RDS::DBCluster').map(
        ([, { Properties = {} }]) => Properties,
      );
    const identifiers = new Set(clusters(before).map(({ DBClusterIdentifier }) => DBClusterIdentifier));
    expect(clusters(restored)).toHaveLength(2);
    for (const cluster of clusters(restored)) {
      expect(cluster).toMatchObject({
        SnapshotIdentifier: expect.stringContaining(':cluster-snapshot:') as unknown,
        ManageMasterUserPassword: true,
        EnableIAMDatabaseAuthentication: true,
        KmsKeyId: expect.anything() as unknown,
      });
      // CloudFormation refuses these beside a backup.
      expect(Object.keys(cluster)).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^(DatabaseName|MasterUsername|StorageEncrypted)$/)]),
      );
      expect(identifiers).not.toContain(cluster['DBClusterIdentifier']);
    }
    expect(new Set(clusters(restored).map(({ SnapshotIdentifier }) => SnapshotIdentifier)).size).toBe(2);
  });

  it('has a cache of its own: the old one knows answers that the backup does not', () => {
    const cache = (templates: typeof before) =>
      resourcesOf(named(templates, 'Data'), 'AWS::ElastiCache::ReplicationGroup').map(([id]) => id);
    expect(cache(restored)).toHaveLength(1);
    expect(cache(restored)).not.toEqual(cache(before));
  });

  it('needs the stacks gone that hold on to the old clusters, and the page says which', () => {
    const moved = movedExports();
    expect(moved.size).toBeGreaterThan(0);
    const holding = [...before.keys()].filter((stack) => imports(stack).some((name) => moved.has(name)));
    const users = new Set(holding);
    // Anyone who imports from one of these has to go first.
    for (let known = 0; known < users.size;) {
      known = users.size;
      for (const stack of before.keys())
        if (imports(stack).some((name) => users.has(/^fincore-production-(\w+):/.exec(name)?.[1] ?? '')))
          users.add(stack);
    }
    const [, destroyed = ''] = /npx cdk destroy --exclusively ((?:"\$STAGE\/\w+" ?)+)/.exec(page) ?? [];
    expect([...destroyed.matchAll(/\/(\w+)"/g)].map(([, stack]) => stack).sort()).toEqual([...users].sort());
  });
});
