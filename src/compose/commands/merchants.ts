import { createMerchantDirectory } from '../../adapters/postgres/accounts/merchant-directory';
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
} from '../../core/accounts';
import {
  type ApiKeyId,
  type IdPrefix,
  type MerchantId,
  maxPageLimit,
  newId,
  parseId,
  toTimestamp,
} from '../../core/kernel';
import type { Books } from '../books';
import { CommandRefused } from './command-refused';
import type { CommandOutput } from './with-books';

/** Makes a merchant and prints its keys, which are shown this once. */
export async function merchantCreate(books: Books, output: CommandOutput, name: string): Promise<void> {
  const merchantId = newId('mer', books.ids);
  const created = await createMerchant(books.records, books.mintKey)(
    { merchantId, name, createdAt: books.clock() },
    context(books),
  );
  output.print(`merchant ${merchantId}`);
  printKeys(output, created);
}

export async function merchantList(books: Books, output: CommandOutput): Promise<void> {
  const list = listMerchants(books.records, createMerchantDirectory(books.pools.dispatch));
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
export async function keyList(books: Books, output: CommandOutput, merchant: string): Promise<void> {
  const merchantId = idOf('mer', merchant);
  const found = await getMerchant(books.records)(merchantId);
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
  books: Books,
  output: CommandOutput,
  terms: { merchant: string; kind: ApiKeyKind; livemode: boolean },
): Promise<void> {
  const { kind, livemode } = terms;
  const command = { merchantId: idOf('mer', terms.merchant), kind, livemode, createdAt: books.clock() };
  printKeys(output, await issueKey(books.records, books.mintKey)(command, context(books)));
}

/** The old key stays good for the overlap, so that nothing fails while the new one is rolled out. */
export async function keyRotate(
  books: Books,
  output: CommandOutput,
  terms: { merchant: string; key: string; overlapMs: number },
): Promise<void> {
  const { overlapMs } = terms;
  const command = { ...keyOf(terms), overlapMs, createdAt: books.clock() };
  printKeys(output, await rotateKey(books.records, books.mintKey)(command, context(books)));
  output.tell(`${command.keyId} is good until ${toTimestamp(command.createdAt + overlapMs)}.`);
}

export async function keyRevoke(
  books: Books,
  output: CommandOutput,
  terms: { merchant: string; key: string },
): Promise<void> {
  const revoked = await revokeKey(books.records)(
    { ...keyOf(terms), revokedAt: books.clock() },
    context(books),
  );
  if (revoked.kind === 'refused') throw new CommandRefused(revoked.refusal.message);
  output.print(`revoked ${terms.key}`);
}

const context = (books: Books): AccountsContext => ({
  metadata: { actor: 'operator', correlationId: `cli-${books.ids()}` },
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
