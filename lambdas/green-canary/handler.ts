import { CanarySecretInvalid } from '../../src/operations/canary/canary-secret';
import { handler as charge } from '../canary/handler';

/** What ECS reads to go on with a deployment or to take it back. @source the AWS documentation of ECS, "Lifecycle hooks" */
export interface HookAnswer {
  readonly hookStatus: 'SUCCEEDED' | 'FAILED';
}

/**
 * Called by ECS when the new version has its test traffic, before it has any other. A stage whose canary has no key yet
 * lets every version pass, or its first one could never come to make that key; `npx fincore doctor` tells of it.
 */
export async function handler(): Promise<HookAnswer> {
  try {
    await charge();
    return { hookStatus: 'SUCCEEDED' };
  } catch (error) {
    const hasNoKey = error instanceof CanarySecretInvalid;
    process.stderr.write(
      JSON.stringify({
        level: 'ERROR',
        message: hasNoKey ? 'nothing was charged' : 'the new version is taken back',
        cause: String(error),
      }) + '\n',
    );
    return { hookStatus: hasNoKey ? 'SUCCEEDED' : 'FAILED' };
  }
}
