import { readFindings } from './synthesised-cloud';
import type { Finding } from './synthesis-folder';

const {
  cloud: { accepted, found },
  restored,
} = readFindings();

const isAbout = (finding: Finding, { rule, path }: Finding): boolean =>
  finding.rule === rule && `${finding.path}/`.startsWith(`${path}/`);

describe('cdk-nag, AwsSolutions and PCI DSS', () => {
  it('finds nothing that is not accepted', () => {
    expect(found.filter((finding) => !accepted.some((each) => isAbout(finding, each)))).toEqual([]);
  });

  it('finds nothing that is not accepted in a stage that begins from a backup', () => {
    const unaccepted = restored.found.filter(
      (finding) => !restored.accepted.some((each) => isAbout(finding, each)),
    );
    expect(unaccepted).toEqual([]);
  });

  it('finds what is accepted, so that nothing is accepted that is no more', () => {
    expect(found.length).toBeGreaterThan(accepted.length);
    expect(accepted.filter((each) => !found.some((finding) => isAbout(finding, each)))).toEqual([]);
  });

  it('looks at every stage and at the pipeline', () => {
    const looked = new Set(accepted.map(({ path }) => path.split('/')[0]));
    expect([...looked].sort()).toEqual(['Pipeline', 'dev', 'production', 'staging']);
  });

  it('has a reason in words and an end for each accepted finding', () => {
    expect(accepted.length).toBeGreaterThan(50);
    for (const { reason, until } of accepted) {
      expect(reason).toMatch(/^.{30,}\.$/);
      expect(until).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
  });

  it('looks at each accepted finding again when its time is over', () => {
    const today = new Date().toISOString().slice(0, 10);
    expect(accepted.filter(({ until }) => until <= today)).toEqual([]);
  });
});
