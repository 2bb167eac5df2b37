import { createHash } from 'node:crypto';
import type Stripe from 'stripe';
import { testCards } from '../../simulators/stripe/cards/test-cards';
import { faultPresets } from '../../simulators/stripe/faults/fault-presets';
import { oneVisa, refusal, runSimulator, type RunningSimulator } from './stripe-simulator-harness';

let simulator: RunningSimulator;
let stripe: Stripe;

beforeAll(async () => {
  simulator = await runSimulator();
  stripe = simulator.stripe;
});
afterEach(() => simulator.control('DELETE', '/simulator/faults'));
afterAll(() => simulator.stop());

const get = (path: string): Promise<Response> =>
  fetch(`${simulator.url}${path}`, { signal: AbortSignal.timeout(5_000) });

/** Sends a form as a browser does when its button is pressed. */
const press = (path: string, fields: Record<string, string>, site = 'same-origin'): Promise<Response> =>
  fetch(`${simulator.url}${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { 'sec-fetch-site': site },
    redirect: 'manual',
    signal: AbortSignal.timeout(5_000),
  });

const faultsSet = async (): Promise<readonly Record<string, unknown>[]> =>
  ((await simulator.control('GET', '/simulator/faults')).value as { data: Record<string, unknown>[] }).data;

test('the page loads nothing, runs nothing, and is styled by the one sheet that its policy names', async () => {
  await stripe.paymentIntents.create({ ...oneVisa, description: '<script>alert("x")</script>' });
  const response = await get('/simulator');
  const html = await response.text();
  const policy = response.headers.get('content-security-policy') ?? '';
  const style = /<style>([^]*?)<\/style>/.exec(html)?.[1] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
  expect(policy).not.toContain('unsafe');
  expect(html).not.toMatch(/<script|\sstyle=|\son\w+=|\ssrc=|url\(|@import/i);
  const links = [...html.matchAll(/\shref="([^"]*)"/g)].flatMap(([, href]) => href ?? []);
  expect(links.filter((href) => !/^(?:\/simulator|#|data:image\/svg)/.test(href))).toEqual([]);
  expect(html).toContain('&lt;script&gt;alert(&quot;x&quot;)');
});

test('each cell says its heading, for narrow screens, and each row and table what it is', async () => {
  await stripe.paymentIntents.create(oneVisa);
  const html = await (await get('/simulator')).text();
  const cells = html.match(/<td\b[^>]*>/g) ?? [];
  expect(cells.length).toBeGreaterThan(testCards.length);
  for (const cell of cells) expect(cell).toMatch(/ role="cell" data-label="[^"]+"/);
  expect(html.match(/<table role="table" aria-label="[^"]+"/g)).toHaveLength(4);
});

test('it shows every test card, and what is waiting for its payer', async () => {
  const { id } = await stripe.paymentIntents.create({
    ...oneVisa,
    payment_method: 'pm_card_authenticationRequired',
  });
  const html = await (await get('/simulator')).text();
  for (const { paymentMethods } of testCards)
    if (paymentMethods[0] !== undefined) expect(html).toContain(`>${paymentMethods[0]}<`);
  expect(html).toContain('4242 4242 4242 4242');
  expect(html).toContain('Declined: Your card has insufficient funds.');
  expect(html).toContain(`href="/simulator/3ds/${id}"`);
});

describe('the buttons for faults', () => {
  test.each(faultPresets.map(({ name, rule }) => [name, rule['kind']]))(
    '%s sets its fault once and comes back',
    async (name, kind) => {
      const html = await (await get('/simulator')).text();
      expect(html).toContain(`name="preset" value="${name}"`);
      const response = await press('/simulator/faults', { preset: name, times: '1' });
      expect([response.status, response.headers.get('location')]).toEqual([303, '/simulator#faults']);
      expect(await faultsSet()).toMatchObject([{ kind, times: 1, fired: 0 }]);
    },
  );

  test('a fault strikes as often as asked, or until it is cleared', async () => {
    await press('/simulator/faults', { preset: 'error_before', times: '' });
    for (let attempt = 0; attempt < 2; attempt += 1)
      expect(await refusal(stripe.paymentIntents.create(oneVisa))).toMatchObject({ statusCode: 500 });
    expect((await stripe.paymentIntents.list()).object).toBe('list');
    const html = await (await get('/simulator')).text();
    expect(html).toContain('Clear all faults');
    expect((await press('/simulator/faults/clear', {})).status).toBe(303);
    expect(await faultsSet()).toEqual([]);
    expect((await stripe.paymentIntents.create(oneVisa)).status).toBe('succeeded');
  });

  test.each([
    ['an unknown one', { preset: 'earthquake' }, 'earthquake'],
    ['no times at all', { preset: 'error_before', times: '0' }, '0'],
    ['times that are no number', { preset: 'error_before', times: 'often' }, 'times'],
  ])('%s is refused', async (_what, fields, named) => {
    const response = await press('/simulator/faults', fields);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(named);
    expect(await faultsSet()).toEqual([]);
  });

  test.each(['cross-site', 'same-site'])('a page of another site (%s) cannot press them', async (site) => {
    expect((await press('/simulator/faults', { preset: 'error_before' }, site)).status).toBe(403);
    expect((await press('/simulator/faults/clear', {}, site)).status).toBe(403);
    expect(await faultsSet()).toEqual([]);
  });
});
