import type { StageName } from '../../lib/config/stage-configuration';
import { constructName } from '../../lib/constructs/construct-name';
import { databaseUserOf, databaseUsers, formerUsers } from '../../lib/constructs/database-users';
import { parseDatabaseUsers } from '../../src/compose/aws/database-users';
import { contexts } from '../../src/core/contexts';
import { type Resource, resourcesOf, readCloud } from './synthesised-cloud';

const stageNames = ['dev', 'staging', 'production'] as const satisfies readonly StageName[];
const cloud = readCloud();

interface Statement {
  readonly Action?: string | readonly string[];
  readonly Resource?: unknown;
}

interface Program {
  readonly environment: Readonly<Record<string, unknown>>;
  /** The logical id of its role. */
  readonly role: string;
}

const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

type Place = readonly [stack: string, prefix: string];

/** The stack and the beginning of the logical id of whatever signs in at the databases by a token. */
const places: readonly (readonly [program: string, place: Place])[] = [
  ['api', ['PaymentApi', 'ApiTask']],
  ['relay', ['PaymentApi', 'RelayTask']],
  ...contexts.workers.map(({ name }): [string, Place] => [
    'worker',
    ['Functions', constructName(`worker-${name}`)],
  ]),
  ...contexts.streamReaders.map((reader): [string, Place] => [reader, ['Functions', constructName(reader)]]),
  ['verification', ['Functions', 'Verification']],
];

const referred = (value: unknown): string => /"Fn::GetAtt":\["(\w+)"/.exec(JSON.stringify(value))?.[1] ?? '';

function programOf(stage: StageName, [stack, prefix]: Place): Program {
  const template = cloud.template(stage, stack);
  const find = (type: string) =>
    resourcesOf(template, type).find(([id]) => id.startsWith(prefix))?.[1].Properties;
  const task = find('AWS::ECS::TaskDefinition');
  if (task === undefined) {
    const created = find('AWS::Lambda::Function');
    const { Variables } = created?.['Environment'] as { readonly Variables: Program['environment'] };
    return { environment: Variables, role: referred(created?.['Role']) };
  }
  const [container] = task['ContainerDefinitions'] as readonly [
    { readonly Environment: readonly { readonly Name: string; readonly Value: unknown }[] },
  ];
  const environment = Object.fromEntries(container.Environment.map(({ Name, Value }) => [Name, Value]));
  return { environment, role: referred(task['TaskRoleArn']) };
}

/** The user under which the roles of a stack may sign in, by the logical id of the role. */
function mayConnect(stage: StageName, stack: string): ReadonlyMap<string, readonly string[]> {
  const allowed = new Map<string, string[]>();
  for (const [, { Properties }] of resourcesOf(cloud.template(stage, stack), 'AWS::IAM::Policy')) {
    const { Statement: statements } = Properties?.['PolicyDocument'] as {
      readonly Statement: readonly Statement[];
    };
    const users = statements
      .filter(({ Action }) => listOf(Action).includes('rds-db:connect'))
      .flatMap((statement) => listOf(statement.Resource))
      .map(
        (resource) =>
          /:dbuser:.*\/([^/"]+)"\]\]\}$/.exec(JSON.stringify(resource))?.[1] ?? JSON.stringify(resource),
      );
    for (const role of listOf(Properties?.['Roles'])) {
      const { Ref: id } = role as { readonly Ref: string };
      if (users.length > 0) allowed.set(id, [...(allowed.get(id) ?? []), ...users]);
    }
  }
  return allowed;
}

/** Of the URLs that a program is told. */
const usersIn = (environment: Program['environment']): readonly string[] =>
  Object.entries(environment)
    .filter(([name]) => /^FINCORE_\w+_URL$/.test(name))
    .flatMap(([, url]) => /postgres:\/\/([^@"]+)@/.exec(JSON.stringify(url))?.[1] ?? []);

describe.each(stageNames)('the databases of %s', (stage) => {
  it.each(places)(
    'are opened to the %s as its own user, and its role may sign in as nobody else',
    (name, place) => {
      const { environment, role } = programOf(stage, place);
      const user = databaseUserOf(name);
      expect(new Set(usersIn(environment))).toEqual(new Set([user]));
      expect(new Set(mayConnect(stage, place[0]).get(role))).toEqual(new Set([user]));
    },
  );

  it.each(places)('are opened to the %s by a role that another user would not have', (name, place) => {
    // While a deployment lasts the version before signs in as its own user, by a role that is not taken from it.
    expect(programOf(stage, place).role).toContain(databaseUserOf(name).replaceAll('_', ''));
  });

  it('are opened to nobody else, and to nobody as a user of versions before', () => {
    const known = places.map(([, place]) => programOf(stage, place).role);
    const others = [...cloud.templates(stage).keys()]
      .filter((stack) => stack !== 'Data')
      .flatMap((stack) => [...mayConnect(stage, stack).keys()])
      .filter((role) => !known.includes(role));
    expect(others).toEqual([]);
    for (const template of cloud.templates(stage).values())
      for (const former of formerUsers)
        for (const type of ['AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::Lambda::Function'])
          expect(JSON.stringify(resourcesOf(template, type))).not.toContain(former);
  });

  it('let each proxy sign in again as those who come by it, and as nobody else', () => {
    const allowed = mayConnect(stage, 'Data');
    const proxies = resourcesOf(cloud.template(stage, 'Data'), 'AWS::RDS::DBProxy');
    const found = Object.fromEntries(
      proxies.map(([id, proxy]) => [id.replace(/Proxy\w*$/, ''), allowed.get(roleOf(proxy))]),
    );
    const [ledger, verification] = ['ledger', 'verification'].map(databaseUserOf);
    const all = [...contexts.streamReaders, 'verification', 'worker'].map(databaseUserOf).sort();
    const expected = {
      dev: {},
      staging: { Stores: all },
      production: { Stores: all, Ledger: [ledger, verification] },
    };
    expect(found).toEqual(expected[stage]);
    expect([...allowed.keys()].sort()).toEqual(proxies.map(([, proxy]) => roleOf(proxy)).sort());
  });

  it('have the users that the programs sign in as: the migrations are told them, and whom to drop', () => {
    const { environment } = programOf(stage, ['Migration', 'Migrate']);
    expect(parseDatabaseUsers(String(environment['FINCORE_DATABASE_USERS']))).toEqual(databaseUsers);
    expect(environment['FINCORE_DATABASE_FORMER_USERS']).toBe(formerUsers.join(','));
    expect(formerUsers.filter((former) => Object.values<string>(databaseUsers).includes(former))).toEqual([]);
  });
});

const roleOf = ({ Properties }: Resource): string => referred(Properties?.['RoleArn']);
