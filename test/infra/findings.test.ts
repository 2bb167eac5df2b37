import { AwsSolutionsChecks, PCIDSS321Checks } from 'cdk-nag';
import { pipeline } from '../../lib/config/pipeline';
import { stages } from '../../lib/config/stages';
import {
  type AcceptedFinding,
  acceptedFindingMetadata,
  showAcceptedFindings,
} from '../../lib/constructs/accept-findings';
import { PipelineStack } from '../../lib/stacks/pipeline';
import { buildCloud } from './synthesised-cloud';

interface Finding {
  readonly rule: string;
  readonly path: string;
}

/** Every stage, and the pipeline that brings versions to them. */
function buildEverything(context: Readonly<Record<string, unknown>> = {}) {
  const cloud = buildCloud(context);
  const env = { account: pipeline.account, region: pipeline.region };
  new PipelineStack(cloud.app, 'Pipeline', { env, pipeline, stages });
  return cloud;
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

/** For a synthesis of all stacks and two packs of rules over them, on a busy machine. */
const timeoutMs = 180_000;

describe('cdk-nag, AwsSolutions and PCI DSS', () => {
  const cloud = buildEverything();
  const accepted = acceptedIn(cloud);

  it(
    'finds nothing that is not accepted',
    () => {
      expect(findingsIn(cloud)).toEqual([]);
    },
    timeoutMs,
  );

  it(
    'finds what is accepted, so that nothing is accepted that is no more',
    () => {
      const shown = buildEverything({ [showAcceptedFindings]: true });
      const findings = findingsIn(shown);
      expect(findings.length).toBeGreaterThan(accepted.length);
      const unused = accepted.filter(
        ({ rule, path }) =>
          !findings.some((finding) => finding.rule === rule && `${finding.path}/`.startsWith(`${path}/`)),
      );
      expect(unused).toEqual([]);
    },
    timeoutMs,
  );

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
