import type { PipelineConfiguration } from '../pipeline/pipeline-configuration';

/** From a commit to production, by way of dev and staging. */
export const pipeline: PipelineConfiguration = {
  account: '444444444444',
  region: 'eu-central-1',
  source: {
    connectionArn:
      'arn:aws:codeconnections:eu-central-1:444444444444:connection/00000000-0000-0000-0000-000000000000',
    owner: 'example',
    repository: 'fincore',
    branch: 'main',
  },
  approvers: ['payments-leads@example.com'],
  logRetentionDays: 365,
  cidr: '10.40.0.0/24',
  loadTest: { chargesPerSecond: 200, seconds: 300, maxP99Ms: 1_000 },
};
