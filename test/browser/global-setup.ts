import { chromium } from 'playwright-core';
import { createInstallation } from '../support/fincore-process';
import { BROWSER_ENDPOINT, BROWSER_INSTALLATION, browserRun } from './support/browser-run';
import { findBrowser } from './support/find-browser';

/** Starts one browser and one installation for all suites. Without a browser, the suites are left out. */
export default async function globalSetup(): Promise<void> {
  try {
    browserRun.server = await chromium.launchServer(await findBrowser());
  } catch (error) {
    process.stdout.write(
      `\nNo browser can be started here, so the browser tests are left out. Install Chrome, or name one with FINCORE_TEST_CHROMIUM.\n${String(error)}\n`,
    );
    return;
  }
  process.env[BROWSER_ENDPOINT] = browserRun.server.wsEndpoint();
  const installation = await createInstallation();
  browserRun.installation = installation;
  const { credentials } = await installation.start();
  process.env[BROWSER_INSTALLATION] = JSON.stringify(credentials);
}
