import { randomUUID } from 'node:crypto';
import { type MerchantClient, createMerchantClient } from '../support/merchant-client';
import type { Credentials, TenantKeys } from './built-request';

export interface Tenants {
  readonly credentials: Credentials;
  /** Merchants and keys that the run itself lives on; a request that revoked them would end it. */
  readonly spared: ReadonlySet<string>;
  /** Charges to begin with, by tenant. */
  readonly charges: readonly [readonly unknown[], readonly unknown[]];
}

interface MerchantAnswer {
  readonly id: string;
  readonly keys: readonly KeyAnswer[];
}

interface KeyAnswer {
  readonly id: string;
  readonly kind: 'secret' | 'publishable';
  readonly livemode: boolean;
  readonly secret: string | null;
}

/** Charges that are authorized, that are paid, and in review, of each tenant, for captures, refunds and reviews to act on. */
const chargesOfEach = 12;

/** Two merchants that know nothing of each other, and a key that was revoked. */
export async function openTenants(apiUrl: string, operatorKey: string): Promise<Tenants> {
  const call = async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      signal: AbortSignal.timeout(10_000),
      headers: {
        authorization: `Bearer ${operatorKey}`,
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} was answered ${await response.text()}`);
    return (await response.json()) as Answer;
  };
  const first = await call<MerchantAnswer>('POST', '/v1/merchants', { name: 'First tenant' });
  const second = await call<MerchantAnswer>('POST', '/v1/merchants', { name: 'Second tenant' });
  const revoked = await call<KeyAnswer>('POST', `/v1/merchants/${first.id}/keys`, {
    kind: 'secret',
    livemode: false,
  });
  await call('POST', `/v1/merchants/${first.id}/keys/${revoked.id}/revoke`, {});
  const { data } = await call<{ readonly data: readonly MerchantAnswer[] }>('GET', '/v1/merchants?limit=100');
  const charges = await Promise.all([first, second].map((merchant) => paidCharges(apiUrl, merchant)));
  return {
    charges: [charges[0] ?? [], charges[1] ?? []],
    credentials: {
      tenants: [testKeys(first), testKeys(second)],
      operator: operatorKey,
      revoked: textOf(revoked),
    },
    spared: new Set(data.flatMap(({ id, keys }) => [id, ...keys.map((key) => key.id)])),
  };
}

function testKeys({ keys }: MerchantAnswer): TenantKeys {
  const keyOf = (kind: KeyAnswer['kind']) => textOf(keys.find((key) => key.kind === kind && !key.livemode));
  return { secret: keyOf('secret'), publishable: keyOf('publishable') };
}

function textOf(key: KeyAnswer | undefined): string {
  if (typeof key?.secret !== 'string') throw new Error('a key that was just made shows its text');
  return key.secret;
}

async function paidCharges(apiUrl: string, merchant: MerchantAnswer): Promise<readonly unknown[]> {
  const client = createMerchantClient({ api_url: apiUrl, secret_key: testKeys(merchant).secret });
  const made = ['automatic', 'manual'].flatMap((capture_method) =>
    Array.from({ length: chargesOfEach }, () =>
      client.post(
        '/v1/charges',
        { amount: 1_000_000, currency: 'EUR', payment_token: 'pm_card_visa', capture_method },
        { waitSeconds: 20 },
      ),
    ),
  );
  const paid = (await Promise.all(made)).map(({ body }) => body);
  return [...paid, ...(await heldCharges(client))];
}

/** The rule that holds them is taken back: what follows is asked without rules. */
async function heldCharges(client: MerchantClient): Promise<readonly unknown[]> {
  const rules = [{ id: 'all', expression: 'true', outcome: 'review', reason: 'held' }];
  const path = `/v1/risk/rule_sets/${String((await client.post('/v1/risk/rule_sets', { rules })).body['id'])}`;
  await client.post(`${path}/activate`, {});
  const charge = { amount: 1_000, currency: 'EUR', payment_token: 'pm_card_visa' };
  const held = await Promise.all(
    Array.from({ length: chargesOfEach }, () => client.post('/v1/charges', charge)),
  );
  await client.post(`${path}/roll_back`, {});
  return held.map(({ body }) => body);
}
