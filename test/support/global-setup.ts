import { testDatabaseUrl, testRun } from './test-run';
import { startTestServer } from './test-server';

/** Starts one server for the run. Jest calls this once per project or once in all; a server that is there is used. */
export default async function globalSetup(): Promise<void> {
  if (process.env[testDatabaseUrl] !== undefined) return;
  const server = await startTestServer();
  testRun.server = server;
  process.env[testDatabaseUrl] = server.url;
}
