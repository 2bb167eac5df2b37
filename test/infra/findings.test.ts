import { AwsSolutionsChecks, PCIDSS321Checks } from 'cdk-nag';
import {
  type AcceptedFinding,
  acceptedFindingMetadata,
  showAcceptedFindings,
} from '../../lib/constructs/accept-findings';
import { buildCloud } from './synthesised-cloud';

interface Finding {
  readonly rule: string;
  readonly path: string;
}

/** Everything that the rules say about a cloud, whose references between stacks a synthesis has resolved. */
function findingsIn({ app }: ReturnType<typeof buildCloud>): readonly Finding[] {
  app.synth({ skipValidation: true });
  return [new AwsSolutionsChecks(app), new PCIDSS321Checks(app)].flatMap((pack) =>
    pack
      .validateScope(app)
      .violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(({ constructPath }) => ({ rule: ruleName, path: constructPath ?? '' })),
      ),
  );
}

function acceptedIn({ app }: ReturnType<typeof buildCloud>) {
  return app.node
    .findAll()
    .flatMap((construct) =>
      construct.node.metadata
        .filter(({ type }) => type === acceptedFindingMetadata)
        .map(({ data }) => ({ path: construct.node.path, ...(data as AcceptedFinding) })),
    );
}

describe('cdk-nag, AwsSolutions and PCI DSS', () => {
  const cloud = buildCloud();
  const accepted = acceptedIn(cloud);

  it('finds nothing that is not accepted', () => {
    expect(findingsIn(cloud)).toEqual([]);
  });

  it('finds what is accepted, so that nothing is accepted that is no more', () => {
    const shown = buildCloud({ [showAcceptedFindings]: true });
    const findings = findingsIn(shown);
    expect(findings.length).toBeGreaterThan(accepted.length);
    const unused = accepted.filter(
      ({ rule, path }) =>
        !findings.some((finding) => finding.rule === rule && `${finding.path}/`.startsWith(`${path}/`)),
    );
    expect(unused).toEqual([]);
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
