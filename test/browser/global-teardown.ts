import { browserRun } from './support/browser-run';

export default async function globalTeardown(): Promise<void> {
  await browserRun.server?.close();
  await browserRun.installation?.remove();
}
