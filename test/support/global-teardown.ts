import { testDatabaseUrl, testRun } from './test-run';

/** Stops the server that the set-up started; one that was named from outside is left alone. */
export default async function globalTeardown(): Promise<void> {
  const { server } = testRun;
  if (server === undefined) return;
  delete testRun.server;
  Reflect.deleteProperty(process.env, testDatabaseUrl);
  await server.stop();
}
