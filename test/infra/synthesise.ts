import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Aspects } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks, PCIDSS321Checks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { context } from '../../cdk.json';
import { parseStages } from '../../lib/config/parse-stage';
import { pipeline } from '../../lib/config/pipeline';
import type { StageConfiguration } from '../../lib/config/stage-configuration';
import { stages } from '../../lib/config/stages';
import {
  type AcceptedFinding,
  acceptedFindingMetadata,
  showAcceptedFindings,
} from '../../lib/constructs/accept-findings';
import { PipelineStack } from '../../lib/stacks/pipeline';
import { FinCoreStage } from '../../lib/stages/fincore-stage';
import { type AppFindings, type SynthesisFindings, folders } from './synthesis-folder';

/** `node test/infra/synthesise.ts <folder>`: synthesises the cloud once, for all suites that read it. */
function main(folder: string): void {
  const cloud = createApp(join(folder, folders.cloud));
  for (const configuration of parseStages(stages)) new FinCoreStage(cloud, configuration);
  const env = { account: pipeline.account, region: pipeline.region };
  new PipelineStack(cloud, 'Pipeline', { env, pipeline, stages });
  synthesise(cloud);

  const next = createApp(join(folder, folders.nextVersion));
  new FinCoreStage(next, nextConfiguration);
  Aspects.of(next).add({ visit: giveOtherCode });
  synthesise(next);

  const restored = createApp(join(folder, folders.restored));
  new FinCoreStage(restored, restoredConfiguration);
  synthesise(restored);
  const findings: SynthesisFindings = { cloud: findingsIn(cloud), restored: findingsIn(restored) };
  writeFileSync(join(folder, folders.findings), JSON.stringify(findings));
}

function createApp(outdir: string): App {
  mkdirSync(outdir, { recursive: true });
  return new App({
    outdir,
    // The rules report accepted findings too, so that one pass shows what is found and what is accepted.
    context: { ...context, [showAcceptedFindings]: true },
    analyticsReporting: false,
  });
}

const synthesise = (app: App) => app.synth({ skipValidation: true, validateOnSynthesis: false });

/** Production after a change of what an operator tunes. */
const nextConfiguration: StageConfiguration = {
  ...stages.production,
  logRetentionDays: 731,
  api: { ...stages.production.api, cpuUnits: 4096, memoryMiB: 8192, minimumTasks: 4, maximumTasks: 30 },
  relay: { ...stages.production.relay, cpuUnits: 2048, memoryMiB: 4096 },
  database: {
    ...stages.production.database,
    capacity: { kind: 'provisioned', instanceType: 'r8g.xlarge' },
    instances: 3,
  },
  functions: {
    ...stages.production.functions,
    worker: { memoryMiB: 3_538, maximumConcurrency: 150 },
    readers: { memoryMiB: 3_538, batchSize: 250 },
  },
};

const snapshotOf = (name: string) =>
  `arn:aws:rds:eu-central-1:333333333333:cluster-snapshot:awsbackup:job-${name}`;

/** Production that begins from its backups. */
const restoredConfiguration: StageConfiguration = {
  ...stages.production,
  database: {
    ...stages.production.database,
    restoredFrom: { stores: snapshotOf('stores'), ledger: snapshotOf('ledger') },
  },
};

/** Functions of another version have other bundles. */
function giveOtherCode(construct: IConstruct): void {
  if (construct instanceof CfnFunction) construct.addPropertyOverride('Code.S3Key', 'next-version.zip');
}

function findingsIn(app: App): AppFindings {
  return {
    accepted: app.node
      .findAll()
      .flatMap((construct) =>
        construct.node.metadata
          .filter(({ type }) => type === acceptedFindingMetadata)
          .map(({ data }) => ({ path: construct.node.path, ...(data as AcceptedFinding) })),
      ),
    found: [new AwsSolutionsChecks(app), new PCIDSS321Checks(app)].flatMap((pack) =>
      pack
        .validateScope(app)
        .violations.flatMap(({ ruleName, violatingResources }) =>
          violatingResources.map(({ constructPath }) => ({ rule: ruleName, path: constructPath ?? '' })),
        ),
    ),
  };
}

const [, , folder] = process.argv;
if (folder === undefined) throw new Error('Name the folder that the synthesis is written to.');
main(folder);
