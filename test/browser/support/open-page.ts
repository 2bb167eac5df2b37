import AxeBuilder from '@axe-core/playwright';
import { type Browser, type Page, chromium } from 'playwright-core';
import { BROWSER_ENDPOINT } from './browser-run';

/** A telephone and a laptop. */
export const widths = [390, 1280] as const;

const endpoint = process.env[BROWSER_ENDPOINT];

/** A suite of one page; left out where the set-up found no browser. */
export const describePage = endpoint === undefined ? describe.skip : describe;

/** Opens pages in the browser of the run, each in a context of its own, and closes them after the test. */
export function pagesOfEachTest(): (url: string, width?: number) => Promise<Page> {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.connect(endpoint ?? '');
  });
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(() => browser.close());
  return async (url, width = 1280) => {
    const context = await browser.newContext({ viewport: { width, height: 800 } });
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') throw new Error(`${url} reports: ${message.text()}`);
    });
    await page.goto(url);
    return page;
  };
}

/** Fails with every violation of WCAG 2.2 AA and of good practice that axe finds. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).analyze();
  expect(
    violations.map(({ id, help, nodes }) => ({ id, help, at: nodes.map(({ html }) => html).slice(0, 3) })),
  ).toEqual([]);
}

/** Fails when the page must be scrolled sideways to be read. */
export async function expectFitsItsWidth(page: Page): Promise<void> {
  const root = 'document.documentElement';
  const beyond = await page.evaluate<number>(`${root}.scrollWidth - ${root}.clientWidth`);
  expect(beyond).toBeLessThanOrEqual(0);
}

/** Opens everything that is folded. */
export const unfold = (page: Page): Promise<void> =>
  page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');

/** What has the focus, by the words that a screen reader says. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate<string>('(document.activeElement?.innerText ?? "").trim()');

/** Links to places on the page that it does not have. */
export const danglingLinks = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(
    `[...document.querySelectorAll('a[href^="#"]')].map((link) => link.getAttribute('href'))
      .filter((href) => document.getElementById(href.slice(1)) === null)`,
  );
