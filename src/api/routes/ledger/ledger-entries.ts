import { type Static, Type } from '@sinclair/typebox';
import { type TenantId, maxPageLimit } from '../../../core/kernel';
import type { LedgerReads } from '../../dependencies';
import { merchantOf } from '../../plugins/request-context';
import { LedgerEntrySchema, entrySequence, ledgerEntryExample, ledgerEntryObject } from './ledger-resource';
import { type PageWords, cursorIn, cursorNotFound, listObject, listOf } from '../../resources/page';
import { Timestamp, oneOf, ref } from '../../resources/schema-parts';
import type { Api, RouteContext } from '../api';
import {
  EntryListQuery,
  TransactionPath,
  accountIdOf,
  accountNotFound,
  entryPageOf,
  transactionIdOf,
  transactionNotFound,
} from './ledger-schemas';

const entriesUrl = '/v1/ledger/entries';

/** The lines of the books, and the transactions that they belong to. */
export function ledgerEntryRoutes(app: Api, context: RouteContext): void {
  listEntriesRoute(app, context);
  getTransactionRoute(app, context);
}

function listEntriesRoute(app: Api, { dependencies }: RouteContext): void {
  const { ledger } = dependencies;
  app.get(
    entriesUrl,
    {
      config: {
        access: 'secret',
        errors: ['cursor_not_found', 'ledger_account_not_found'],
      },
      schema: {
        operationId: 'listLedgerEntries',
        tags: ['Ledger'],
        summary: 'List entries',
        description: 'Newest first. Each entry shows the balance of its account before and after.',
        querystring: EntryListQuery,
        response: { 200: listOf(LedgerEntrySchema, entriesUrl, ledgerEntryExample) },
      },
    },
    async (request) => {
      const { tenant } = merchantOf(request);
      const { account, subject } = request.query;
      const page = entryPageOf(request.query);
      const accountId = account === undefined ? null : accountIdOf(account, '/account');
      if (accountId !== null && (await ledger.account(tenant, accountId)) === null)
        throw accountNotFound(accountId, '/account');
      await refuseUnknownCursor(ledger, tenant, request.query);
      const { entries, hasMore } = await ledger.entries(tenant, {
        ...page,
        ...(accountId === null ? {} : { accountId }),
        ...(subject === undefined ? {} : { subject }),
      });
      return listObject(entriesUrl, hasMore, entries.map(ledgerEntryObject));
    },
  );
}

/** A tenant's chain has no gap, so the entry just below the next sequence is the one that is named, if any is. */
async function refuseUnknownCursor(ledger: LedgerReads, tenant: TenantId, words: PageWords): Promise<void> {
  const cursor = cursorIn(words);
  if (cursor === null) return;
  const sequence = entrySequence(cursor.id);
  const next = { direction: 'older', sequence: (sequence ?? 0) + 1 } as const;
  const { entries } = await ledger.entries(tenant, { limit: 1, cursor: next });
  if (entries[0]?.sequence !== sequence) throw cursorNotFound(cursor);
}

const TransactionSchema = Type.Object({
  id: Type.String(),
  object: oneOf(['ledger_transaction']),
  created: Timestamp,
  subject: Type.String(),
  entries: Type.Array(ref(LedgerEntrySchema), {
    description: 'In the order of the chain; they sum to zero.',
  }),
});

const transactionExample: Static<typeof TransactionSchema> = {
  id: ledgerEntryExample.transaction,
  object: 'ledger_transaction',
  created: ledgerEntryExample.created,
  subject: ledgerEntryExample.subject,
  entries: [ledgerEntryExample],
};

function getTransactionRoute(app: Api, { dependencies }: RouteContext): void {
  app.get(
    '/v1/ledger/transactions/:id',
    {
      config: { access: 'secret', errors: ['ledger_transaction_not_found'] },
      schema: {
        operationId: 'getLedgerTransaction',
        tags: ['Ledger'],
        summary: 'Fetch a transaction',
        description: 'The entries that one fact made, together.',
        params: TransactionPath,
        response: {
          200: { ...TransactionSchema, description: 'The transaction.', examples: [transactionExample] },
        },
      },
    },
    async (request) => {
      const transactionId = transactionIdOf(request.params.id);
      const { tenant } = merchantOf(request);
      const { entries } = await dependencies.ledger.entries(tenant, { limit: maxPageLimit, transactionId });
      const inOrder = entries.toReversed().map(ledgerEntryObject);
      const [first] = inOrder;
      if (first === undefined) throw transactionNotFound(transactionId);
      return {
        id: transactionId,
        object: 'ledger_transaction' as const,
        created: first.created,
        subject: first.subject,
        entries: inOrder,
      };
    },
  );
}
