import { createMerchantDirectory } from '../adapters/postgres/accounts/merchant-directory';
import {
  type AccountsContext,
  type ApiKey,
  type ApiKeyKind,
  type KeysIssued,
  createMerchant,
  getMerchant,
  issueKey,
  listMerchants,
  replacementOf,
  revokeKey,
  rotateKey,
} from '../core/accounts';
import {
  type ApiKeyId,
  type IdPrefix,
  type JsonObject,
  type MerchantId,
  maxPageLimit,
  newId,
  parseId,
  toTimestamp,
} from '../core/kernel';
import type { Stores } from '../compose/stores';
import { CommandRefused, WrongUsage } from '../configuration/command-refused';
import { type CliOutput, table } from './cli-output';

/** Makes a merchant and prints its keys, which are shown this once. */
export async function merchantCreate(stores: Stores, output: CliOutput, name: string): Promise<void> {
  const merchantId = newId('mer', stores.ids);
  const created = await createMerchant(stores.records, stores.mintKey)(
    { merchantId, name, createdAt: stores.clock() },
    context(stores),
  );
  presentKeys(output, created, { json: { merchant: merchantId }, lines: [`merchant ${merchantId}`] });
}

/** Prints every merchant, newest first. */
export async function merchantList(stores: Stores, output: CliOutput): Promise<void> {
  const merchants: { readonly merchant: string; readonly created: string; readonly name: string }[] = [];
  const list = listMerchants(stores.records, createMerchantDirectory(stores.pools.journal));
  let after: MerchantId | undefined;
  for (;;) {
    const cursor = after === undefined ? {} : { cursor: { kind: 'starting_after' as const, id: after } };
    const { rows, hasMore } = await list({ limit: maxPageLimit, ...cursor });
    for (const { merchantId, name, createdAt } of rows)
      merchants.push({ merchant: merchantId, created: toTimestamp(createdAt), name });
    after = rows.at(-1)?.merchantId;
    if (!hasMore || after === undefined) break;
  }
  output.present({
    json: merchants,
    lines: table(
      ['merchant', 'created', 'name'],
      merchants.map(({ merchant, created, name }) => [merchant, created, name]),
      'no merchants',
    ),
  });
}

/** Prints every key that was ever issued, without its text, which is kept nowhere. */
export async function keyList(stores: Stores, output: CliOutput, merchant: string): Promise<void> {
  const merchantId = idOf('mer', merchant);
  const found = await getMerchant(stores.records)(merchantId);
  if (found === null) throw new CommandRefused(`There is no merchant ${merchantId}.`);
  const side = (key: ApiKey) => (key.livemode ? 'live' : 'test');
  output.present({
    json: found.keys.map((key) => ({
      key: key.keyId,
      kind: key.kind,
      livemode: key.livemode,
      hint: key.hint,
      status: key.status,
      expires_at: key.status === 'rotated' ? toTimestamp(key.expiresAt) : null,
      replaced_by: replacementOf(key),
    })),
    lines: table(
      ['key', 'kind', 'side', 'hint', 'state'],
      found.keys.map((key) => [key.keyId, key.kind, side(key), key.hint, stateOf(key)]),
      'no keys',
    ),
  });
}

/** Until when a rotated key is good is what anyone who rolls out the new one has to know. */
const stateOf = (key: ApiKey): string => {
  const until = key.status === 'rotated' ? `, good until ${toTimestamp(key.expiresAt)}` : '';
  const replacement = replacementOf(key);
  return `${key.status}${until}${replacement === null ? '' : `, replaced by ${replacement}`}`;
};

export async function keyIssue(
  stores: Stores,
  output: CliOutput,
  terms: { merchant: string; kind: ApiKeyKind; livemode: boolean },
): Promise<void> {
  const { kind, livemode } = terms;
  const command = { merchantId: idOf('mer', terms.merchant), kind, livemode, createdAt: stores.clock() };
  presentKeys(output, await issueKey(stores.records, stores.mintKey)(command, context(stores)));
}

/** The old key stays good for the overlap, so that nothing fails while the new one is rolled out. */
export async function keyRotate(
  stores: Stores,
  output: CliOutput,
  terms: { merchant: string; key: string; overlapMs: number },
): Promise<void> {
  const { overlapMs } = terms;
  const command = { ...keyOf(terms), overlapMs, createdAt: stores.clock() };
  presentKeys(output, await rotateKey(stores.records, stores.mintKey)(command, context(stores)));
  output.tell(`${command.keyId} is good until ${toTimestamp(command.createdAt + overlapMs)}.`);
}

export async function keyRevoke(
  stores: Stores,
  output: CliOutput,
  terms: { merchant: string; key: string },
): Promise<void> {
  const revoked = await revokeKey(stores.records)(
    { ...keyOf(terms), revokedAt: stores.clock() },
    context(stores),
  );
  if (revoked.kind === 'refused') throw new CommandRefused(revoked.refusal.message);
  output.present({ json: { revoked: terms.key }, lines: [`revoked ${terms.key}`] });
}

const context = (stores: Stores): AccountsContext => ({
  metadata: { actor: 'operator', correlationId: `cli-${stores.ids()}` },
});

const keyOf = ({
  merchant,
  key,
}: {
  merchant: string;
  key: string;
}): { merchantId: MerchantId; keyId: ApiKeyId } => ({
  merchantId: idOf('mer', merchant),
  keyId: idOf('key', key),
});

function idOf<Prefix extends IdPrefix>(prefix: Prefix, text: string) {
  const id = parseId(prefix, text);
  if (id === null)
    throw new WrongUsage(`"${text}" is not an id; expected ${prefix}_ and 26 letters and digits.`);
  return id;
}

function presentKeys(
  output: CliOutput,
  issued: KeysIssued,
  merchant: { readonly json: JsonObject; readonly lines: readonly string[] } = { json: {}, lines: [] },
): void {
  if (issued.kind === 'refused') throw new CommandRefused(issued.refusal.message);
  if (issued.kind !== 'done') throw new CommandRefused(`The command was not carried out: ${issued.kind}.`);
  output.present({
    json: { ...merchant.json, keys: issued.keys.map(({ keyId, text }) => ({ key: keyId, text })) },
    lines: [
      ...merchant.lines,
      ...table(
        ['key', 'text'],
        issued.keys.map(({ keyId, text }) => [keyId, text]),
        'no keys',
      ),
    ],
  });
  output.tell('The keys are shown once and kept nowhere: store them now.');
}
