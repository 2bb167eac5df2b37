import { installationUnderTest } from './support/browser-run';
import {
  danglingLinks,
  describePage,
  expectAccessible,
  expectFitsItsWidth,
  focused,
  unfold,
  pagesOfEachTest,
  widths,
} from './support/open-page';

/** A long page on a busy machine. */
const axeTimeoutMs = 120_000;

describePage('the reference of the API', () => {
  const open = pagesOfEachTest();
  const url = () => installationUnderTest().docs_url;

  test.each(widths)(
    'is accessible with everything unfolded, and fits a screen of %d px',
    async (width) => {
      const page = await open(url(), width);
      await expectFitsItsWidth(page);
      await unfold(page);
      await expectFitsItsWidth(page);
      await expectAccessible(page);
    },
    axeTimeoutMs,
  );

  test('shows the operations by their tags, with their fields and with the errors folded', async () => {
    const page = await open(url());
    const headings = await page.locator('main h2').allInnerTexts();
    const answer = await fetch(`${installationUnderTest().api_url}/openapi.json`);
    const { tags } = (await answer.json()) as { tags: readonly { name: string }[] };
    expect(tags.length).toBeGreaterThan(5);
    expect(headings).toEqual([...tags.map(({ name }) => name), 'Errors of every operation', 'Objects']);
    const create = page.getByRole('article', { name: 'Create a charge' });
    for (const field of ['payment_token', 'capture_method', 'Idempotency-Key'])
      expect(await create.locator('dt', { hasText: field }).first().isVisible()).toBe(true);
    expect(await create.locator('dt', { hasText: 'amount' }).first().innerText()).toBe(
      'amount integer, required',
    );
    const declined = create.getByRole('link', { name: 'idempotency_key_reused' });
    expect(await declined.isVisible()).toBe(false);
    await create.getByText(/^Errors: 4/).click();
    expect(await declined.isVisible()).toBe(true);
  });

  test('every operation of the document is on the page once, and every link leads somewhere', async () => {
    const page = await open(url());
    const document = (await (await fetch(`${installationUnderTest().api_url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { summary: string }>>;
    };
    const summaries = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ summary }) => summary),
    );
    expect(
      (await page.locator('main h3').allInnerTexts()).filter((text) => summaries.includes(text)).sort(),
    ).toEqual([...summaries].sort());
    expect(await danglingLinks(page)).toEqual([]);
  });

  test('is read by keyboard: past the contents, and into an error', async () => {
    const page = await open(url());
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the operations');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    const summary = page.locator('main summary').first();
    await summary.focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('main details').first().getAttribute('open')).not.toBeNull();
  });
});
