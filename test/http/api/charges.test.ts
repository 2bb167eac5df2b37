import type { PaymentOutcome } from '../../../src/core/ports';
import { createIds } from '../../../src/adapters/embedded/ids';
import { type CaptureId, newId, parseId } from '../../../src/core/kernel';
import { charge } from './client';
import { type Shop, type System, startSystem } from './memory-system';

let system: System;
let shop: Shop;
beforeAll(async () => {
  system = await startSystem();
  shop = await system.openShop();
});
afterAll(() => system.stop());

const paid = { kind: 'authorized', pspReference: 'pi_1', captured: true, capturedMinor: 1999n } as const;
const held = { kind: 'authorized', pspReference: 'pi_1', captured: false, capturedMinor: 0n } as const;
const payment = (outcome: PaymentOutcome) => ({ operation: 'payment', outcome }) as const;

async function made(change = {}): Promise<string> {
  const answer = await system.as(shop.secretKey).post('/v1/charges', charge(change));
  expect(answer.status).toBe(201);
  return String(answer.body['id']);
}

describe('POST /v1/charges', () => {
  test('answers 201 with the state at commit', async () => {
    const answer = await system.as(shop.secretKey).post(
      '/v1/charges',
      charge({
        description: 'Order 4711',
        metadata: { order: '4711' },
        customer_reference: 'c-1',
        statement_descriptor: 'SHOP',
      }),
    );
    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^ch_[0-9a-z]{26}$/) as unknown,
      object: 'charge',
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown,
      livemode: false,
      status: 'processing',
      amount: 1999,
      currency: 'EUR',
      amount_capturable: 0,
      amount_captured: 0,
      amount_refundable: 0,
      amount_refunded: 0,
      capture_method: 'automatic',
      description: 'Order 4711',
      customer_reference: 'c-1',
      statement_descriptor: 'SHOP',
      return_url: null,
      expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown,
      metadata: { order: '4711' },
      risk: null,
      failure: null,
      next_action: null,
      cancellation: null,
      card: null,
      captures: [],
      psp: null,
    });
  });

  test.each([
    ['https://shop.example.com/orders/4711?paid=1#top'],
    ['https://shop.example.com:8443'],
    ['http://localhost:3000/back'],
  ])('keeps where the payer goes back to: %s', async (return_url) => {
    const answer = await system.as(shop.secretKey).post('/v1/charges', charge({ return_url }));
    expect([answer.status, answer.body['return_url']]).toEqual([201, return_url]);
  });

  test('keeps its latest time, with any offset, and has one of its own without', async () => {
    const client = system.as(shop.secretKey);
    const inAnHour = Date.now() + 3_600_000;
    const expires_at = new Date(inAnHour).toISOString();
    const asked = await client.post('/v1/charges', charge({ expires_at: expires_at.replace('Z', '+00:00') }));
    expect([asked.status, asked.body['expires_at']]).toEqual([201, expires_at]);
    const { body } = await client.post('/v1/charges', charge());
    expect(Date.parse(String(body['expires_at'])) - Date.parse(String(body['created']))).toBe(86_400_000);
  });

  test.each([
    ['/return_url', { return_url: 'http://shop.example.com' }],
    ['/return_url', { return_url: 'javascript:alert(1)' }],
    ['/return_url', { return_url: 'https://user:secret@shop.example.com' }],
    ['/return_url', { return_url: 'https://shop.example.com/a b' }],
    ['/return_url', { return_url: `https://shop.example.com/${'x'.repeat(2_048)}` }],
    ['/expires_at', { expires_at: new Date(Date.now() - 1_000).toISOString() }],
    ['/expires_at', { expires_at: new Date(Date.now() + 86_400_000 + 60_000).toISOString() }],
    ['/expires_at', { expires_at: 'tomorrow' }],
    ['/description', { description: '🙂'.repeat(501) }],
    ['/description', { description: 'x'.repeat(1_001) }],
  ])('refuses at %s what cannot be', async (param, change) => {
    const answer = await system.as(shop.secretKey).post('/v1/charges', charge(change));
    expect([answer.status, answer.body['code'], answer.body['param']]).toEqual([
      400,
      'parameter_invalid',
      param,
    ]);
  });

  test('takes a description as long as the provider does, counted as the provider counts', async () => {
    const description = '🙂'.repeat(500);
    const answer = await system.as(shop.secretKey).post('/v1/charges', charge({ description }));
    expect([answer.status, answer.body['description']]).toEqual([201, description]);
  });

  test('shows the same bytes when it is fetched', async () => {
    const client = system.as(shop.secretKey);
    const created = await client.post('/v1/charges', charge({ metadata: { a: 'ü' } }));
    const fetched = await client.get(`/v1/charges/${String(created.body['id'])}`);
    expect(fetched.status).toBe(200);
    expect(fetched.text).toBe(created.text);
  });

  test.each(['12', 'much'])(
    'metadata with an amountMinor of %p and a currency stays text',
    async (amountMinor) => {
      const client = system.as(shop.secretKey);
      const metadata = { amountMinor, currency: 'EUR' };
      const id = await made({ metadata });
      expect((await client.get(`/v1/charges/${id}`)).body['metadata']).toEqual(metadata);
      const listed = await client.get(`/v1/charges?metadata[amountMinor]=${amountMinor}`);
      expect(listed.body['data']).toMatchObject([{ id, metadata }]);
    },
  );

  test.each(['usd', 'USD', 'Jpy', 'kwd'])(
    'takes the currency %s and answers in upper case',
    async (currency) => {
      const answer = await system.as(shop.secretKey).post('/v1/charges', charge({ currency }));
      expect([answer.status, answer.body['currency']]).toEqual([201, currency.toUpperCase()]);
    },
  );

  test('takes the greatest amount exactly', async () => {
    const answer = await system.as(shop.secretKey).post('/v1/charges', charge({ amount: 99_999_999_999 }));
    expect([answer.status, answer.body['amount']]).toEqual([201, 99_999_999_999]);
  });

  test('shows a declined charge as failed, with the reason', async () => {
    const id = await made();
    const failure = { code: 'card_declined', declineCode: 'insufficient_funds', message: 'No.' };
    await system.report(shop.tenant, id, { operation: 'payment', outcome: { kind: 'failed', failure } });
    const answer = await system.as(shop.secretKey).get(`/v1/charges/${id}`);
    expect(answer.status).toBe(200);
    expect(answer.body['status']).toBe('failed');
    expect(answer.body['failure']).toEqual({
      code: 'card_declined',
      decline_code: 'insufficient_funds',
      message: 'No.',
    });
  });

  test('shows what the payer has to do', async () => {
    const id = await made();
    await system.report(shop.tenant, id, {
      operation: 'payment',
      outcome: {
        kind: 'action_required',
        pspReference: 'pi_3',
        nextAction: { kind: 'redirect', url: 'https://bank.example/3ds' },
      },
    });
    const { body } = await system.as(shop.secretKey).get(`/v1/charges/${id}`);
    expect(body['status']).toBe('requires_action');
    expect(body['next_action']).toEqual({ type: 'redirect_to_url', url: 'https://bank.example/3ds' });
    expect(body['psp']).toEqual({ name: 'stripe', reference: 'pi_3' });
  });

  test('refuses a live key where no live provider is', async () => {
    const answer = await system.as(shop.liveSecretKey).post('/v1/charges', charge());
    expect([answer.status, answer.body['code']]).toEqual([403, 'livemode_unavailable']);
  });
});

describe('capture and cancel', () => {
  test('captures parts without naming the currency, then the rest', async () => {
    const client = system.as(shop.secretKey);
    const id = await made({ capture_method: 'manual' });
    await system.report(shop.tenant, id, payment(held));
    const first = await client.post(`/v1/charges/${id}/capture`, { amount: 500 });
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({
      status: 'authorized',
      amount_capturable: 1499,
      captures: [{ amount: 500, final: false, status: 'pending' }],
    });
    const rest = await client.post(`/v1/charges/${id}/capture`, { final: true });
    expect([rest.status, rest.body['code']]).toEqual([409, 'capture_in_progress']);
    const [capture] = first.body['captures'] as { id: string }[];
    await system.report(shop.tenant, id, {
      operation: 'capture',
      captureId: capture?.id as CaptureId,
      outcome: { kind: 'captured' },
    });
    const all = await client.post(`/v1/charges/${id}/capture`);
    expect([all.status, all.body['amount_captured'], all.body['amount_capturable']]).toEqual([200, 500, 0]);
  });

  test('refuses a capture of more than is left, in another currency, or of a charge that is not authorized', async () => {
    const client = system.as(shop.secretKey);
    const id = await made({ capture_method: 'manual' });
    const early = await client.post(`/v1/charges/${id}/capture`);
    expect([early.status, early.body['code']]).toEqual([409, 'charge_not_authorized']);
    await system.report(shop.tenant, id, payment(held));
    const more = await client.post(`/v1/charges/${id}/capture`, { amount: 2000 });
    expect([more.status, more.body['code'], more.body['param']]).toEqual([
      409,
      'capture_exceeds_authorization',
      '/amount',
    ]);
    expect(more.body['detail']).toContain('20.00 EUR');
    const other = await client.post(`/v1/charges/${id}/capture`, { amount: 100, currency: 'usd' });
    expect([other.status, other.body['code'], other.body['param']]).toEqual([
      400,
      'currency_mismatch',
      '/currency',
    ]);
    const lone = await client.post(`/v1/charges/${id}/capture`, { currency: 'eur' });
    expect([lone.status, lone.body['code'], lone.body['param']]).toEqual([
      400,
      'parameter_invalid',
      '/amount',
    ]);
  });

  test('cancels without a body, and shows that it is asked for', async () => {
    const client = system.as(shop.secretKey);
    const id = await made({ capture_method: 'manual' });
    await system.report(shop.tenant, id, payment(held));
    const asked = await client.post(`/v1/charges/${id}/cancel`);
    expect([asked.status, asked.body['status'], asked.body['cancellation']]).toEqual([
      200,
      'authorized',
      { reason: 'requested', status: 'pending', failure: null },
    ]);
    const again = await client.post(`/v1/charges/${id}/cancel`, {});
    expect([again.status, again.body['code']]).toEqual([409, 'cancel_in_progress']);
    await system.report(shop.tenant, id, {
      operation: 'cancel',
      outcome: { kind: 'canceled', capturedMinor: 0n },
    });
    const after = await client.get(`/v1/charges/${id}`);
    expect([after.body['status'], after.body['cancellation']]).toEqual([
      'canceled',
      { reason: 'requested', status: 'succeeded', failure: null },
    ]);
    const late = await client.post(`/v1/charges/${id}/cancel`);
    expect([late.status, late.body['code']]).toEqual([409, 'charge_not_cancelable']);
  });
});

test('a charge that the provider has not taken can be withdrawn', async () => {
  const client = system.as(shop.secretKey);
  const id = await made({});
  const asked = await client.post(`/v1/charges/${id}/cancel`);
  expect([asked.status, asked.body['status'], asked.body['cancellation']]).toEqual([
    200,
    'processing',
    { reason: 'requested', status: 'pending', failure: null },
  ]);
});

test('a refund that was made at the provider is shown with its origin, and lowers what may be refunded', async () => {
  const client = system.as(shop.secretKey);
  const id = await made({});
  await system.report(shop.tenant, id, payment(paid));
  await system.report(shop.tenant, id, {
    operation: 'all refunds',
    nextId: () => newId('re', createIds()),
    refunds: [
      {
        pspReference: 're_dashboard',
        refundId: null,
        amountMinor: 400n,
        reason: 'duplicate',
        createdAt: Date.now(),
        outcome: { kind: 'succeeded', pspReference: 're_dashboard' },
      },
    ],
  });
  const { body } = await client.get(`/v1/charges/${id}`);
  expect([body['amount_refunded'], body['amount_refundable']]).toEqual([400, 1599]);
  const refunds = await client.get(`/v1/refunds?charge=${id}`);
  expect(refunds.body['data']).toMatchObject([
    {
      origin: 'provider',
      status: 'succeeded',
      amount: 400,
      reason: 'duplicate',
      psp: { name: 'stripe', reference: 're_dashboard' },
    },
  ]);
  const events = await client.get(`/v1/charges/${id}/events`);
  expect((events.body['data'] as { type: string }[]).map(({ type }) => type)).toContain('refund.recorded');
});

test('the card that paid is shown, and a capture that failed says why', async () => {
  const client = system.as(shop.secretKey);
  const id = await made({ capture_method: 'manual' });
  const card = { brand: 'visa', last4: '4242', country: 'DE', funding: 'credit' } as const;
  await system.report(shop.tenant, id, payment({ ...held, card }));
  const capture = await client.post(`/v1/charges/${id}/capture`, { amount: 500 });
  const [asked] = capture.body['captures'] as { id: string }[];
  const captureId = parseId('cap', asked?.id ?? '');
  if (captureId === null) throw new Error('the capture is shown');
  await system.report(shop.tenant, id, {
    operation: 'capture',
    captureId,
    outcome: { kind: 'failed', failure: { code: 'authorization_expired', message: 'It has run out.' } },
  });
  expect((await client.get(`/v1/charges/${id}`)).body).toMatchObject({
    card,
    captures: [{ status: 'failed', failure: { code: 'authorization_expired' } }],
  });
});

describe('GET /v1/charges', () => {
  test('lists newest first, in pages both ways, never behind a write', async () => {
    const other = await system.openShop('Pages');
    const client = system.as(other.secretKey);
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1)
      ids.unshift(String((await client.post('/v1/charges', charge())).body['id']));
    const page = await client.get('/v1/charges?limit=2');
    expect(page.body).toMatchObject({ object: 'list', url: '/v1/charges', has_more: true });
    const idsOf = (answer: typeof page) => (answer.body['data'] as { id: string }[]).map(({ id }) => id);
    expect(idsOf(page)).toEqual(ids.slice(0, 2));
    const next = await client.get(`/v1/charges?limit=2&starting_after=${String(ids[1])}`);
    expect(idsOf(next)).toEqual(ids.slice(2, 4));
    const back = await client.get(`/v1/charges?limit=2&ending_before=${String(ids[2])}`);
    expect([idsOf(back), back.body['has_more']]).toEqual([ids.slice(0, 2), false]);
  });

  test('filters by status, amount, time, currency, customer and metadata', async () => {
    const other = await system.openShop('Filters');
    const client = system.as(other.secretKey);
    const small = String(
      (await client.post('/v1/charges', charge({ amount: 100, metadata: { a: '1', b: '2' } }))).body['id'],
    );
    const large = String(
      (await client.post('/v1/charges', charge({ amount: 900, currency: 'usd', customer_reference: 'c&1' })))
        .body['id'],
    );
    await system.report(other.tenant, small, payment({ ...paid, capturedMinor: 100n }));
    const found = async (query: string) => {
      const answer = await client.get(`/v1/charges?${query}`);
      expect(answer.status).toBe(200);
      return (answer.body['data'] as { id: string }[]).map(({ id }) => id);
    };
    expect(await found('status=succeeded')).toEqual([small]);
    // An automatic charge shows what was taken with its authorization.
    expect((await client.get(`/v1/charges/${small}`)).body).toMatchObject({
      amount_captured: 100,
      captures: [{ id: null, amount: 100, final: true, status: 'succeeded', failure: null }],
    });
    expect(await found('status=succeeded&status=processing')).toEqual([large, small]);
    expect(await found('amount[gte]=100&amount[lt]=900')).toEqual([small]);
    expect(await found('amount[gt]=100')).toEqual([large]);
    expect(await found('amount=100')).toEqual([small]);
    expect(await found('amount=99')).toEqual([]);
    const { created } = (await client.get(`/v1/charges/${large}`)).body;
    expect(await found(`created=${String(created)}&amount=900`)).toEqual([large]);
    expect(await found('created=2020-01-01T00:00:00Z')).toEqual([]);
    expect(await found('currency=USD')).toEqual([large]);
    expect(await found('customer_reference=c%261')).toEqual([large]);
    expect(await found('metadata[a]=1&metadata[b]=2')).toEqual([small]);
    expect(await found('metadata[a]=2')).toEqual([]);
    expect(await found('metadata=a:1&metadata=b:2')).toEqual([small]);
    expect(await found('metadata=a:2')).toEqual([]);
    expect(await found('created[lt]=2020-01-01T00:00:00Z')).toEqual([]);
    expect(await found('created[gte]=2020-01-01T00:00:00Z')).toEqual([large, small]);
  });

  test('every key of metadata that can be written can be asked for', async () => {
    const client = system.as((await system.openShop()).secretKey);
    const keys = [
      ...[
        '0',
        '2',
        '4711',
        '-1',
        'constructor',
        'toString',
        'hasOwnProperty',
        'prototype',
        'length',
        'a b',
        'a.b',
      ],
      ...['[', ']', '%', '&', '=', '+', '#', 'ключ', '😀', 'a:b', 'metadata', 'x'.repeat(40)],
    ];
    const metadata = Object.fromEntries(keys.map((key, n) => [key, `value ${String(n)}`]));
    const id = String((await client.post('/v1/charges', charge({ metadata }))).body['id']);
    const found = async (query: string) => {
      const { status, body } = await client.get(`/v1/charges?${query}`);
      return [status, (body['data'] as { id: string }[] | undefined)?.map((item) => item.id)];
    };
    for (const [n, key] of keys.entries()) {
      const encoded = encodeURIComponent(key);
      // A bracket ends a key in brackets, and a colon one before a colon: each has the other form.
      const forms = [
        ...(/[[\]]/.test(key) ? [] : [(value: string) => `metadata[${encoded}]=${value}`]),
        ...(key.includes(':') ? [] : [(value: string) => `metadata=${encoded}:${value}`]),
      ];
      for (const form of forms) {
        expect([key, await found(form(`value%20${String(n)}`))]).toEqual([key, [200, [id]]]);
        expect([key, await found(form('other'))]).toEqual([key, [200, []]]);
      }
    }
    expect(await found('status[]=processing&metadata[2]=value%201')).toEqual([200, [id]]);
    expect(await found('status[0]=processing&status[1]=failed')).toEqual([200, [id]]);
  });

  test.each([
    ['limit=0', '/limit'],
    ['limit=101', '/limit'],
    ['limit=ten', '/limit'],
    ['limit=1e1', '/limit'],
    ['limit=0x10', '/limit'],
    ['limit=+5', '/limit'],
    ['limit=5.0', '/limit'],
    ['limit=5&limit=6', '/limit'],
    ['amount[gte]=1e3', '/amount/gte'],
    ['status=paid', '/status/0'],
    ['created[gte]=yesterday', '/created/gte'],
    ['amount[gte]=1.5', '/amount/gte'],
    ['amount=1e3', '/amount'],
    ['amount=', '/amount'],
    ['amount=-1', '/amount'],
    ['amount=1000000000000', '/amount'],
    ['amount=1&amount=2', '/amount'],
    ['amount=1&amount[gte]=1', '/amount'],
    ['created=yesterday', '/created'],
    ['currency=XXX', '/currency'],
    ['metadata=order', '/metadata/0'],
    ['metadata=:4711', '/metadata/0'],
    ['metadata=order:1&metadata=order:2', '/metadata'],
    ['colour=red', '/colour'],
    ['created[since]=2020-01-01T00:00:00Z', '/created/since'],
    ['starting_after=ch_1&ending_before=ch_2', '/ending_before'],
  ])('refuses %s and names the parameter', async (query, param) => {
    const answer = await system.as(shop.secretKey).get(`/v1/charges?${query}`);
    expect([answer.status, answer.body['code'], answer.body['param']]).toEqual([
      400,
      'parameter_invalid',
      param,
    ]);
  });

  test.each([
    ['created[gte]=2026-11-21', 'a time of RFC 3339 with its offset, for example 2026-11-21T09:30:00Z'],
    ['created=2026-11-21', 'bounds in brackets, for example [gte]='],
    ['amount=19.99', 'bounds in brackets, for example [gte]=1999'],
  ])('says how %s is written', async (query, expected) => {
    const answer = await system.as(shop.secretKey).get(`/v1/charges?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body['detail']).toContain(expected);
  });

  test('refuses a cursor that the list does not have, whether misshapen or unknown', async () => {
    for (const cursor of ['nonsense', 'ch_00000000000000000000000000']) {
      const answer = await system.as(shop.secretKey).get(`/v1/charges?starting_after=${cursor}`);
      expect([answer.status, answer.body['code'], answer.body['param']]).toEqual([
        400,
        'cursor_not_found',
        '/starting_after',
      ]);
    }
  });
});

describe('GET /v1/charges/:id/events', () => {
  test('tells the whole history without the payment token', async () => {
    const id = await made({ payment_token: 'tok_visa' });
    await system.report(shop.tenant, id, payment(paid));
    const answer = await system.as(shop.secretKey).get(`/v1/charges/${id}/events`);
    expect(answer.status).toBe(200);
    const events = answer.body['data'] as Record<string, unknown>[];
    expect(events.map(({ type, sequence, charge_status }) => [type, sequence, charge_status])).toEqual([
      ['charge.created', 1, 'processing'],
      ['charge.authorized', 2, 'authorized'],
      ['charge.captured', 3, 'succeeded'],
    ]);
    expect(events[2]).toMatchObject({ amount: 1999, currency: 'EUR', actor: 'worker' });
    expect(answer.text).not.toContain('tok_visa');
  });

  test('is read in pages, from its beginning or back from its end', async () => {
    const id = await made({});
    await system.report(shop.tenant, id, payment(paid));
    const client = system.as(shop.secretKey);
    const page = async (query: string) => {
      const { body } = await client.get(`/v1/charges/${id}/events?${query}`);
      const events = body['data'] as { id: string; sequence: number }[];
      return {
        ids: events.map((event) => event.id),
        sequences: events.map(({ sequence }) => sequence),
        more: body['has_more'],
      };
    };
    const first = await page('limit=2');
    expect([first.sequences, first.more]).toEqual([[1, 2], true]);
    const rest = await page(`limit=2&starting_after=${String(first.ids[1])}`);
    expect([rest.sequences, rest.more]).toEqual([[3], false]);
    const justAll = await page('limit=3');
    expect([justAll.sequences, justAll.more]).toEqual([[1, 2, 3], false]);
    const before = await page(`limit=1&ending_before=${String(rest.ids[0])}`);
    expect([before.sequences, before.more]).toEqual([[2], true]);
    const beginning = await page(`limit=2&ending_before=${String(rest.ids[0])}`);
    expect([beginning.sequences, beginning.more]).toEqual([[1, 2], false]);
    expect((await page(`starting_after=${String(rest.ids[0])}`)).sequences).toEqual([]);
  });

  test("another charge's event is no cursor, and a page has at most 100", async () => {
    const [one, other] = [await made({}), await made({})];
    const client = system.as(shop.secretKey);
    const { body } = await client.get(`/v1/charges/${other}/events`);
    const [event] = body['data'] as { id: string }[];
    for (const [query, code] of [
      [`starting_after=${String(event?.id)}`, 'cursor_not_found'],
      ['ending_before=nonsense', 'cursor_not_found'],
      ['limit=101', 'parameter_invalid'],
      ['order=desc', 'parameter_invalid'],
    ]) {
      const answer = await client.get(`/v1/charges/${one}/events?${String(query)}`);
      expect([query, answer.status, answer.body['code']]).toEqual([query, 400, code]);
    }
  });
});
