import type { StageConfiguration } from '../config/stage-configuration';

/** The one name that two accounts must agree on beforehand: the pipeline asks for this role in the account of a stage. */
export const deployerRoleName = (stage: StageConfiguration['stage']): string => `fincore-${stage}-deployer`;

export const deployerRoleArn = ({ stage, account }: Pick<StageConfiguration, 'stage' | 'account'>): string =>
  `arn:aws:iam::${account}:role/${deployerRoleName(stage)}`;

/** The role of the pipeline's own builds that deploy: whom a stage lets take on its deployer's role. */
export const buildRoleName = (stage: StageConfiguration['stage']): string => `fincore-pipeline-${stage}`;
