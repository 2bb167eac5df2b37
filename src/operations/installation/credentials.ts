import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { createMerchant, getMerchant } from '../../core/accounts';
import { type MerchantId, assert, newId } from '../../core/kernel';
import type { Stores, Access } from '../../compose/stores';
import type { Configuration } from '../../configuration/configuration';
import { answersAsFinCore } from '../process/listening-port';
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

export interface PreparedCredentials {
  readonly credentials: Credentials;
  /** Whether the keys were made by this start. */
  readonly isNew: boolean;
}

export interface CredentialsOptions {
  readonly configuration: Configuration;
  readonly publicBaseUrl: string;
  readonly simulatorUrl: string | null;
  readonly operatorKey: string;
  readonly stores: Stores;
  readonly access: Access;
  readonly tell: (line: string) => void;
}

/**
 * The demo merchant's test keys: those of the file, or those of a new merchant where the journal does not know the
 * merchant of the file. The file names the first of several processes for as long as that one answers.
 */
export async function prepareCredentials(options: CredentialsOptions): Promise<PreparedCredentials> {
  const { configuration, publicBaseUrl, simulatorUrl, operatorKey } = options;
  const path = join(configuration.dataDirectory, 'credentials.json');
  const known = await readKnown(path);
  const isKnown = known !== null && (await knowsMerchant(options, known));
  const merchant = isKnown ? known : await createDemoMerchant(options);
  const credentials: Credentials = {
    api_url: publicBaseUrl,
    docs_url: `${publicBaseUrl}/docs`,
    simulator_url: simulatorUrl === null ? null : `${simulatorUrl}/simulator`,
    merchant: merchant.merchant,
    secret_key: merchant.secret_key,
    publishable_key: merchant.publishable_key,
    operator_key: operatorKey,
  };
  const isOfAnother = isKnown && known.api_url !== publicBaseUrl && (await answersAsFinCore(known.api_url));
  if (!isOfAnother && !isDeepStrictEqual(known, credentials)) await writePrivateJson(path, credentials);
  return { credentials, isNew: !isKnown };
}

/** The address at which the last start of the data folder answers; null where no start has ended yet. */
export async function readStartedUrl(dataDirectory: string): Promise<string | null> {
  return (await readKnown(join(dataDirectory, 'credentials.json')))?.api_url ?? null;
}

async function readKnown(path: string): Promise<Credentials | null> {
  try {
    const known = JSON.parse(await readFile(path, 'utf8')) as Partial<Credentials>;
    return known.merchant && known.secret_key && known.publishable_key ? (known as Credentials) : null;
  } catch {
    // Missing or damaged: the file is written with the keys of a new merchant.
    return null;
  }
}

/** A merchant whose key was revoked stays the demo merchant: the operator who revoked the key issues the next one. */
async function knowsMerchant({ access, tell }: CredentialsOptions, known: Credentials): Promise<boolean> {
  if ((await access.authenticator.authenticate(known.secret_key)) !== null) return true;
  if ((await getMerchant(access.journal)(known.merchant as MerchantId)) === null) return false;
  tell(
    `The secret key in credentials.json is revoked or expired. Issue another one: npx fincore merchant key issue ${known.merchant}`,
  );
  return true;
}

type MerchantKeys = Pick<Credentials, 'merchant' | 'secret_key' | 'publishable_key'>;

async function createDemoMerchant({ stores, access, tell }: CredentialsOptions): Promise<MerchantKeys> {
  const merchantId = newId('mer', stores.ids);
  tell(`Making the demo merchant ${merchantId}.`);
  const issued = await createMerchant(access.journal, stores.mintKey)(
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
