import { createMerchantClient } from '../support/merchant-client';
import { eventually } from '../support/eventually';
import { installationUnderTest } from './support/browser-run';
import {
  describePage,
  expectAccessible,
  expectFitsItsWidth,
  focused,
  unfold,
  pagesOfEachTest,
  widths,
} from './support/open-page';

const charge = { amount: 1_999, currency: 'EUR', description: 'Order 4711' };

describePage('the pages of the simulator', () => {
  const open = pagesOfEachTest();
  const merchant = () => createMerchantClient(installationUnderTest());
  const simulatorUrl = () => installationUnderTest().simulator_url;

  /** Makes a charge that waits for its payer. @returns its id, and where the payer goes */
  async function waitingCharge(): Promise<{ readonly id: string; readonly url: string }> {
    const { body } = await merchant().post(
      '/v1/charges',
      { ...charge, payment_token: 'pm_card_authenticationRequired' },
      { waitSeconds: 20 },
    );
    const { id, next_action: next } = body as { id: string; next_action: { url: string } | null };
    expect(next).not.toBeNull();
    return { id, url: next?.url ?? '' };
  }

  const statusOf = async (id: string) => (await merchant().get(`/v1/charges/${id}`)).body.status;

  test.each(widths)(
    'the overview with its test cards is accessible and fits a screen of %d px',
    async (width) => {
      await merchant().post('/v1/charges', { ...charge, payment_token: 'tok_visa' }, { waitSeconds: 20 });
      const page = await open(simulatorUrl(), width);
      await unfold(page);
      expect(await page.getByRole('heading', { name: 'Latest payments' }).isVisible()).toBe(true);
      expect(await page.getByText('4242', { exact: false }).first().isVisible()).toBe(true);
      await expectFitsItsWidth(page);
      await expectAccessible(page);
    },
  );

  test('a fault is set and removed by keyboard', async () => {
    const page = await open(simulatorUrl());
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('To the payments');
    const presets = page.locator('.buttons button');
    await presets.first().focus();
    await Promise.all([page.waitForURL(/simulator/), page.keyboard.press('Enter')]);
    await page.getByText('1', { exact: true }).first().waitFor();
    await expectAccessible(page);
    const remove = page.getByRole('button', { name: /remove|clear/i }).first();
    await remove.focus();
    await page.keyboard.press('Enter');
    await page
      .getByText('0 faults set')
      .or(page.locator('.tiles li', { hasText: 'faults set' }))
      .first()
      .waitFor();
  });

  test.each(widths)(
    'the page of 3-D Secure is accessible, fits %d px, and its payer succeeds by keyboard',
    async (width) => {
      const { id, url } = await waitingCharge();
      const page = await open(url, width);
      await expectFitsItsWidth(page);
      await expectAccessible(page);
      await page.keyboard.press('Tab');
      expect(await focused(page)).toBe('Complete authentication');
      await page.keyboard.press('Enter');
      await eventually(async () => expect(await statusOf(id)).toBe('succeeded'), { timeoutMs: 20_000 });
    },
  );

  test('a payer who fails the authentication is told so by the charge', async () => {
    const { id, url } = await waitingCharge();
    const page = await open(url);
    await page.getByRole('button', { name: 'Fail authentication' }).click();
    await eventually(async () => expect(await statusOf(id)).toBe('failed'), { timeoutMs: 20_000 });
  });
});
