import { type Stack, paginateDescribeStacks } from '@aws-sdk/client-cloudformation';
import type { StageOutput } from './stage-map';
import type { AwsClients } from './aws-clients';

/** The stacks of one stage, as CloudFormation has them. */
export interface FoundStage {
  readonly outputs: ReadonlyMap<string, string>;
  readonly stacks: readonly { readonly name: string; readonly status: string }[];
}

const stageOutput: StageOutput = 'FinCoreStage';

/** Finds a stage by what its Observability stack says of itself; null when no stack in the region does. */
export async function findStage(
  { cloudFormation }: Pick<AwsClients, 'cloudFormation'>,
  stage: string,
): Promise<FoundStage | null> {
  const stacks: Stack[] = [];
  for await (const page of paginateDescribeStacks({ client: cloudFormation }, {}))
    stacks.push(...(page.Stacks ?? []));
  const observability = stacks.find((stack) => outputsOf(stack).get(stageOutput) === stage);
  if (observability === undefined) return null;
  const family = (observability.StackName ?? '').replace(/Observability.*$/, '');
  return {
    outputs: outputsOf(observability),
    stacks: stacks
      .filter(({ StackName = '' }) => StackName.startsWith(family))
      .map(({ StackName = '', StackStatus = 'unknown' }) => ({ name: StackName, status: StackStatus })),
  };
}

const outputsOf = ({ Outputs = [] }: Stack): ReadonlyMap<string, string> =>
  new Map(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));

export const missingStage = ({
  stage,
  region,
}: {
  readonly stage: string;
  readonly region: string;
}): string =>
  `No stack in ${region} says that it belongs to the stage ${stage}. Deploy it, or choose the account and region that it is in (AWS_PROFILE, --region).`;
