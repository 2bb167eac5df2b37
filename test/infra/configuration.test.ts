import { requestsPerCredentialPerSecond } from '../../lib/config/check-sense';
import { WrongConfiguration } from '../../lib/config/configuration-problem';
import { parseStages } from '../../lib/config/parse-stage';
import { stages } from '../../lib/config/stages';
import { leastKeepDays } from '../../lib/config/stage-configuration';
import { configurationEntries } from '../../src/configuration/configuration-entries';
import { leastKeepDays as leastOfPrograms } from '../../src/core/ports';

type Changes = Readonly<Record<string, unknown>>;

/** What is said about production with some settings changed; `undefined` leaves one out. */
function problemsOf(changes: Changes): readonly string[] {
  const production = structuredClone(stages.production) as unknown as Record<string, unknown>;
  for (const [path, value] of Object.entries(changes)) set(production, path.split('.'), value);
  try {
    parseStages({ ...stages, production });
    return [];
  } catch (error) {
    if (!(error instanceof WrongConfiguration)) throw error;
    return error.problems.map(({ setting, message }) => `${setting}: ${message}`);
  }
}

function set(target: Record<string, unknown>, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length > 0) set(target[name] as Record<string, unknown>, rest, value);
  else if (value === undefined) Reflect.deleteProperty(target, name);
  else target[name] = value;
}

describe('configuration of a stage', () => {
  it('takes the stages as they are', () => {
    expect(parseStages(stages).map(({ stage }) => stage)).toEqual(['dev', 'staging', 'production']);
  });

  it.each<[string, Changes, string]>([
    [
      'an unknown zone',
      { 'network.zones': ['eu-central-1a', 'eu-central-1z'], 'network.egress.gateways': 2 },
      'network.zones: eu-central-1z is no zone of eu-central-1; its zones are eu-central-1a, eu-central-1b, eu-central-1c.',
    ],
    ['a missing domain', { 'api.domainName': undefined }, 'api.domainName: It is missing.'],
    [
      'a domain of another zone',
      { 'api.domainName': 'pay.example.org' },
      'api.domainName: It is pay.example.org; it must lie in the hosted zone example.com (dns.hostedZoneName).',
    ],
    [
      'the network of another stage',
      { 'network.cidr': '10.20.0.0/16' },
      'network.cidr: 10.20.0.0/16 overlaps the network of staging, which is 10.20.0.0/16.',
    ],
    [
      'the network of a neighbour',
      { 'network.connectedNetworks': ['10.30.8.0/24'] },
      'network.connectedNetworks: 10.30.8.0/24 overlaps network.cidr, which is 10.30.0.0/16; connected networks need addresses of their own.',
    ],
    [
      'production without alarm targets',
      { 'alarms.emails': [] },
      'alarms: Production needs at least one e-mail address and PagerDuty or Slack: an alarm needs somebody who receives it.',
    ],
    ['a misspelt setting', { 'api.minimunTasks': 2 }, 'api.minimunTasks: There is no such setting.'],
    [
      'memory that Fargate does not have',
      { 'api.memoryMiB': 5_000 },
      'api.memoryMiB: It is 5000; with 2048 CPU units Fargate takes 4096 to 16384 MiB in steps of 1024.',
    ],
    [
      'a form that does not exist',
      { 'api.exposure': { kind: 'open' } },
      'api.exposure: It is {"kind":"open"}; it must be an object whose kind is one of ["public","allow-list","private"].',
    ],
    [
      'a firewall that refuses before the API does',
      { 'api.firewall.requestsPerAddressPerFiveMinutes': 150_000 },
      'api.firewall.requestsPerAddressPerFiveMinutes: It is 150000; it must be more than 150000: the API itself allows 500 requests a second to one credential.',
    ],
    [
      'production without protection',
      { isProtected: false },
      'isProtected: It is false; production is protected from deletion.',
    ],
  ])('refuses %s', (_what, changes, problem) => {
    expect(problemsOf(changes)).toEqual([problem]);
  });

  it('knows what the API allows to one credential', () => {
    expect(requestsPerCredentialPerSecond).toBe(configurationEntries.rateLimitPerSecond.default);
  });

  it('keeps answers and refusals for at least as long as the programs do', () => {
    expect(leastKeepDays).toBe(leastOfPrograms);
  });

  it('lets no other stage be public or move real money', () => {
    const dev = {
      ...stages.dev,
      psp: { livemode: true },
      api: { ...stages.dev.api, exposure: { kind: 'public' } },
    };
    expect(() => parseStages({ dev })).toThrow(
      /only production may be[\s\S]*only production may move real money/,
    );
  });
});
