import { handler as charge } from '../canary/handler';

/** What ECS reads to go on with a deployment or to take it back. @source the AWS documentation of ECS, "Lifecycle hooks" */
export interface HookAnswer {
  readonly hookStatus: 'SUCCEEDED' | 'FAILED';
}

/** Called by ECS when the new version has its test traffic, before it has any other. */
export async function handler(): Promise<HookAnswer> {
  try {
    await charge();
    return { hookStatus: 'SUCCEEDED' };
  } catch (error) {
    process.stderr.write(
      JSON.stringify({ level: 'ERROR', message: 'the new version is taken back', cause: String(error) }) +
        '\n',
    );
    return { hookStatus: 'FAILED' };
  }
}
