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
  type MerchantId,
  maxPageLimit,
  newId,
  parseId,
  toTimestamp,
} from '../core/kernel';
import type { Stores } from '../compose/stores';
import { CommandRefused } from '../configuration/command-refused';
import type { CommandOutput } from '../compose/with-stores';

/** Makes a merchant and prints its keys, which are shown this once. */
export async function merchantCreate(stores: Stores, output: CommandOutput, name: string): Promise<void> {
  const merchantId = newId('mer', stores.ids);
  const created = await createMerchant(stores.records, stores.mintKey)(
    { merchantId, name, createdAt: stores.clock() },
    context(stores),
  );
  output.print(`merchant ${merchantId}`);
  printKeys(output, created);
}

export async function merchantList(stores: Stores, output: CommandOutput): Promise<void> {
  const list = listMerchants(stores.records, createMerchantDirectory(stores.pools.journal));
  let after: MerchantId | undefined;
  for (;;) {
    const cursor = after === undefined ? {} : { cursor: { kind: 'starting_after' as const, id: after } };
    const { rows: merchants, hasMore } = await list({ limit: maxPageLimit, ...cursor });
    for (const { merchantId, name, createdAt } of merchants)
      output.print(`${merchantId}  ${toTimestamp(createdAt)}  ${name}`);
    after = merchants.at(-1)?.merchantId;
    if (!hasMore || after === undefined) return;
  }
}

/** Prints every key that was ever issued, without its text, which is kept nowhere. */
export async function keyList(stores: Stores, output: CommandOutput, merchant: string): Promise<void> {
  const merchantId = idOf('mer', merchant);
  const found = await getMerchant(stores.records)(merchantId);
  if (found === null) throw new CommandRefused(`There is no merchant ${merchantId}.`);
  for (const key of found.keys)
    output.print(
      `${key.keyId}  ${key.kind}  ${key.livemode ? 'live' : 'test'}  ${key.hint}  ${stateOf(key)}`,
    );
}

/** Until when a rotated key is good is what whoever rolls out the new one has to know. */
const stateOf = (key: ApiKey): string => {
  const until = key.status === 'rotated' ? `, good until ${toTimestamp(key.expiresAt)}` : '';
  const replacement = replacementOf(key);
  return `${key.status}${until}${replacement === null ? '' : `, replaced by ${replacement}`}`;
};

export async function keyIssue(
  stores: Stores,
  output: CommandOutput,
  terms: { merchant: string; kind: ApiKeyKind; livemode: boolean },
): Promise<void> {
  const { kind, livemode } = terms;
  const command = { merchantId: idOf('mer', terms.merchant), kind, livemode, createdAt: stores.clock() };
  printKeys(output, await issueKey(stores.records, stores.mintKey)(command, context(stores)));
}

/** The old key stays good for the overlap, so that nothing fails while the new one is rolled out. */
export async function keyRotate(
  stores: Stores,
  output: CommandOutput,
  terms: { merchant: string; key: string; overlapMs: number },
): Promise<void> {
  const { overlapMs } = terms;
  const command = { ...keyOf(terms), overlapMs, createdAt: stores.clock() };
  printKeys(output, await rotateKey(stores.records, stores.mintKey)(command, context(stores)));
  output.tell(`${command.keyId} is good until ${toTimestamp(command.createdAt + overlapMs)}.`);
}

export async function keyRevoke(
  stores: Stores,
  output: CommandOutput,
  terms: { merchant: string; key: string },
): Promise<void> {
  const revoked = await revokeKey(stores.records)(
    { ...keyOf(terms), revokedAt: stores.clock() },
    context(stores),
  );
  if (revoked.kind === 'refused') throw new CommandRefused(revoked.refusal.message);
  output.print(`revoked ${terms.key}`);
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
    throw new CommandRefused(`"${text}" is not an id; expected ${prefix}_ and 26 letters and digits.`);
  return id;
}

function printKeys(output: CommandOutput, issued: KeysIssued): void {
  if (issued.kind === 'refused') throw new CommandRefused(issued.refusal.message);
  if (issued.kind !== 'done') throw new CommandRefused(`The command was not carried out: ${issued.kind}.`);
  for (const { keyId, text } of issued.keys) output.print(`${keyId}  ${text}`);
  output.tell('The keys are shown once and kept nowhere: store them now.');
}
