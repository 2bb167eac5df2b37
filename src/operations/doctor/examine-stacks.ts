import { type Diagnosis, ill, well } from './diagnosis';
import type { FoundStage } from './find-stage';

/** A stack that came to a good end, whether it was made or changed. */
const goodEnds = new Set([
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'IMPORT_COMPLETE',
  'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
]);

/** Whether every stack that a stage consists of is there, and whole. @param expected the ends of their names */
export function examineStacks({ stacks }: FoundStage, expected: readonly string[]): readonly Diagnosis[] {
  const missing = expected
    .filter((name) => !stacks.some((stack) => stack.name.endsWith(name)))
    .map((name) => ill(`there is no stack ${name}`, 'Deploy the stage: npx cdk deploy.'));
  const broken = stacks
    .filter(({ status }) => !goodEnds.has(status))
    .map(({ name, status }) =>
      ill(
        `${name} is ${status}`,
        status.endsWith('IN_PROGRESS')
          ? 'Wait until it has ended, then ask again.'
          : 'Read its events in CloudFormation, mend what they name, and deploy again.',
      ),
    );
  const found = [...missing, ...broken];
  return found.length === 0 ? [well(`${stacks.length} stacks are complete`)] : found;
}
