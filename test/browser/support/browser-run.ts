import type { BrowserServer } from 'playwright-core';
import type { Credentials, Installation } from '../../support/fincore-process';

/** What the set-up of the run names for the test processes: where the browser listens, and the running installation. */
export const BROWSER_ENDPOINT = 'FINCORE_TEST_BROWSER_ENDPOINT';
export const BROWSER_INSTALLATION = 'FINCORE_TEST_BROWSER_INSTALLATION';

interface BrowserRun {
  server?: BrowserServer;
  installation?: Installation;
}

declare global {
  var fincoreBrowserRun: BrowserRun | undefined;
}

/** What set-up leaves for teardown. */
export const browserRun: BrowserRun = (globalThis.fincoreBrowserRun ??= {});

/** The keys and addresses of the installation that all suites share. */
export function installationUnderTest(): Credentials {
  const text = process.env[BROWSER_INSTALLATION];
  if (text === undefined) throw new Error('the set-up of the browser tests did not start FinCore');
  return JSON.parse(text) as Credentials;
}
