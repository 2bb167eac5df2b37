import { type Static, Type } from '@sinclair/typebox';
import type { AccountId, EntryQuery, TransactionId } from '../../../core/ports';
import { toTimestamp } from '../../../core/kernel';
import { Problem } from '../../errors/problem';
import { shownValue } from '../../errors/received-value';
import { parameterProblem } from '../../errors/validation-problem';
import { accountExampleId, entrySequence, ledgerEntryExample } from './ledger-resource';
import { type PageWords, cursorIn, cursorNotFound, pageQuery } from '../../resources/page';
import { TimeRange, windowOf } from '../../resources/ranges';
import { TimeAsked } from '../../resources/schema-parts';

export const AccountPath = Type.Object({ id: Type.String({ examples: [accountExampleId] }) });
export const TransactionPath = Type.Object({
  id: Type.String({ examples: [ledgerEntryExample.transaction] }),
});

export const AsOfQuery = Type.Object(
  { at: Type.Optional({ ...TimeAsked, description: 'A past time. Without it: now.' }) },
  { additionalProperties: false },
);

/** The caller's clock may be ahead of this one by so much. */
const maxClockSkewMs = 60_000;

/**
 * Parses the time that a balance is asked for; undefined means now. A future balance is unknown, so a later time is
 * refused. @throws Problem parameter_invalid
 */
export function asOfIn({ at }: Static<typeof AsOfQuery>, nowMs: number): number | undefined {
  if (at === undefined) return undefined;
  const asOf = Date.parse(at);
  if (asOf <= nowMs + maxClockSkewMs) return asOf;
  throw parameterProblem({
    param: '/at',
    detail: `received ${shownValue(at)}; must not be in the future: the server's clock says ${toTimestamp(nowMs)}.`,
  });
}

export const EntryListQuery = Type.Object(
  {
    ...pageQuery,
    account: Type.Optional(Type.String({ maxLength: 128, description: 'Only entries of this account.' })),
    subject: Type.Optional(
      Type.String({
        maxLength: 64,
        pattern: '^[a-z]{2,5}_[0-9a-z]+$',
        description: 'Only entries of this charge, transfer or order.',
      }),
    ),
    created: Type.Optional(TimeRange),
  },
  { additionalProperties: false },
);

/** The page and the time of a query; the filters by id are looked up first, by the route. */
export function entryPageOf(query: Static<typeof EntryListQuery>): EntryQuery {
  const cursor = entryCursorOf(query);
  return {
    limit: query.limit,
    ...(cursor === null ? {} : { cursor }),
    ...windowOf(query.created),
  };
}

function entryCursorOf(words: PageWords): Required<EntryQuery>['cursor'] | null {
  const cursor = cursorIn(words);
  if (cursor === null) return null;
  const sequence = entrySequence(cursor.id);
  if (sequence === null) throw cursorNotFound(cursor);
  return { direction: cursor.kind === 'starting_after' ? 'older' : 'newer', sequence };
}

const isAccountId = (text: string): text is AccountId => /^acct_[a-z0-9_.]{1,120}$/.test(text);
const isTransactionId = (text: string): text is TransactionId => /^txn_[0-9a-z]{26}$/.test(text);

/** @throws Problem ledger_account_not_found for what cannot be an account's id */
export function accountIdOf(text: string, param?: string): AccountId {
  if (!isAccountId(text)) throw accountNotFound(text, param);
  return text;
}

/** @throws Problem ledger_transaction_not_found for what cannot be a transaction's id */
export function transactionIdOf(text: string): TransactionId {
  if (!isTransactionId(text)) throw transactionNotFound(text);
  return text;
}

export const accountNotFound = (id: string, param?: string): Problem => {
  const shown = isAccountId(id) ? id : shownValue(id);
  const facts = { code: 'ledger_account_not_found', detail: `There is no ledger account ${shown}.` } as const;
  return new Problem(param === undefined ? facts : { ...facts, param });
};

export const transactionNotFound = (id: string): Problem =>
  new Problem({
    code: 'ledger_transaction_not_found',
    detail: `There is no ledger transaction ${isTransactionId(id) ? id : shownValue(id)}.`,
  });
