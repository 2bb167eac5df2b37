import type { TestServer } from './test-server';

/** Set from outside, it names a server to use; otherwise the global set-up sets it for the test processes. */
export const testDatabaseUrl = 'FINCORE_TEST_DATABASE_URL';

declare global {
  var fincoreTestRun: { server?: TestServer } | undefined;
}

/** What set-up leaves for teardown. Jest may load the two from separate module registries, the global object is one. */
export const testRun: { server?: TestServer } = (globalThis.fincoreTestRun ??= {});
