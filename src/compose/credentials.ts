import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createMerchant } from '../core/accounts';
import { assert, newId } from '../core/kernel';
import type { Stores, Door } from './stores';
import type { Configuration } from '../configuration/configuration';
import { writePrivateJson } from './private-json';

/** What a newcomer needs, also written to `credentials.json` in the data folder. */
export interface Credentials {
  readonly api_url: string;
  readonly docs_url: string;
  /** Null where the real provider is used. */
  readonly simulator_url: string | null;
  readonly merchant: string;
  readonly secret_key: string;
  readonly publishable_key: string;
  readonly operator_key: string;
}

export interface CredentialsOptions {
  readonly configuration: Configuration;
  readonly publicBaseUrl: string;
  readonly simulatorUrl: string | null;
  readonly operatorKey: string;
  readonly stores: Stores;
  readonly door: Door;
}

/** The demo merchant's test keys: those of the file while they are good, otherwise those of a new merchant. */
export async function prepareCredentials(options: CredentialsOptions): Promise<Credentials> {
  const path = join(options.configuration.dataDirectory, 'credentials.json');
  const known = await readKnown(path);
  const isGood = known !== null && (await options.door.authenticator.authenticate(known.secret_key)) !== null;
  const merchant = isGood ? known : await createDemoMerchant(options);
  const { publicBaseUrl, simulatorUrl, operatorKey } = options;
  const credentials: Credentials = {
    api_url: publicBaseUrl,
    docs_url: `${publicBaseUrl}/docs`,
    simulator_url: simulatorUrl === null ? null : `${simulatorUrl}/simulator`,
    merchant: merchant.merchant,
    secret_key: merchant.secret_key,
    publishable_key: merchant.publishable_key,
    operator_key: operatorKey,
  };
  await writePrivateJson(path, credentials);
  return credentials;
}

type MerchantKeys = Pick<Credentials, 'merchant' | 'secret_key' | 'publishable_key'>;

async function readKnown(path: string): Promise<MerchantKeys | null> {
  try {
    const known = JSON.parse(await readFile(path, 'utf8')) as Partial<MerchantKeys>;
    const { merchant, secret_key, publishable_key } = known;
    return merchant && secret_key && publishable_key ? { merchant, secret_key, publishable_key } : null;
  } catch {
    // Missing or damaged: the file is written anew with the keys of a new merchant.
    return null;
  }
}

async function createDemoMerchant({ stores, door }: CredentialsOptions): Promise<MerchantKeys> {
  const merchantId = newId('mer', stores.ids);
  const issued = await createMerchant(door.journal, stores.mintKey)(
    { merchantId, name: 'Demo merchant', createdAt: stores.clock() },
    { metadata: { actor: 'operator', correlationId: merchantId } },
  );
  assert(issued.kind === 'done', 'a new merchant is never refused');
  const keyOf = (prefix: string) => {
    const key = issued.keys.find(({ text }) => text.startsWith(prefix));
    assert(key !== undefined, `a new merchant has a key ${prefix}…`);
    return key.text;
  };
  return { merchant: merchantId, secret_key: keyOf('sk_test_'), publishable_key: keyOf('pk_test_') };
}
