import { Type } from '@sinclair/typebox';
import { toTimestamp } from '../../../core/kernel';
import { trialBalance } from '../../../core/ledger';
import { merchantOf } from '../../plugins/request-context';
import {
  BalanceMinor,
  LedgerAccountSchema,
  ledgerAccountExample,
  ledgerAccountObject,
} from './ledger-resource';
import { CurrencyShown } from '../../resources/money';
import { listObject, listOf } from '../../resources/page';
import { oneOf, ref } from '../../resources/schema-parts';
import { AsOf, TrialBalanceSchema, trialBalanceExample, trialBalanceObject } from './trial-balance-resource';
import type { Api, RouteContext } from '../api';
import { AccountPath, AsOfQuery, accountIdOf, accountNotFound, asOfIn } from './ledger-schemas';

const lag = 'The books follow the journal within moments.';

/** Accounts of the books and what stands on them. */
export function ledgerRoutes(app: Api, context: RouteContext): void {
  listAccountsRoute(app, context);
  getAccountRoute(app, context);
  balanceRoute(app, context);
  trialBalanceRoute(app, context);
}

function listAccountsRoute(app: Api, { dependencies }: RouteContext): void {
  const url = '/v1/ledger/accounts';
  app.get(
    url,
    {
      config: { access: 'secret' },
      schema: {
        operationId: 'listLedgerAccounts',
        tags: ['Ledger'],
        summary: 'List accounts',
        description: `Every account of the key's side, by code and currency, in one page. ${lag}`,
        response: { 200: listOf(LedgerAccountSchema, url, ledgerAccountExample) },
      },
    },
    async (request) => {
      const accounts = await dependencies.ledger.accounts(merchantOf(request).tenant);
      return listObject(
        url,
        false,
        accounts.map((account) => ledgerAccountObject(account, dependencies.chart)),
      );
    },
  );
}

function getAccountRoute(app: Api, { dependencies }: RouteContext): void {
  app.get(
    '/v1/ledger/accounts/:id',
    {
      config: { access: 'secret', errors: ['ledger_account_not_found'] },
      schema: {
        operationId: 'getLedgerAccount',
        tags: ['Ledger'],
        summary: 'Fetch an account',
        description: lag,
        params: AccountPath,
        response: {
          200: { ...ref(LedgerAccountSchema), description: 'The account.', examples: [ledgerAccountExample] },
        },
      },
    },
    async (request) => {
      const accountId = accountIdOf(request.params.id);
      const account = await dependencies.ledger.account(merchantOf(request).tenant, accountId);
      if (account === null) throw accountNotFound(accountId);
      return ledgerAccountObject(account, dependencies.chart);
    },
  );
}

const BalanceSchema = Type.Object(
  {
    object: oneOf(['ledger_balance']),
    account: Type.String(),
    as_of: AsOf,
    balance: BalanceMinor,
    currency: CurrencyShown,
  },
  {
    description: 'The balance.',
    examples: [
      {
        object: 'ledger_balance',
        account: ledgerAccountExample.id,
        as_of: null,
        balance: 1999,
        currency: 'EUR',
      },
    ],
  },
);

function balanceRoute(app: Api, { dependencies }: RouteContext): void {
  app.get(
    '/v1/ledger/accounts/:id/balance',
    {
      config: { access: 'secret', errors: ['ledger_account_not_found'] },
      schema: {
        operationId: 'getLedgerBalance',
        tags: ['Ledger'],
        summary: "Fetch an account's balance",
        description: `Now, or as it stood at a past time. ${lag}`,
        params: AccountPath,
        querystring: AsOfQuery,
        response: { 200: BalanceSchema },
      },
    },
    async (request) => {
      const accountId = accountIdOf(request.params.id);
      const asOf = asOfIn(request.query, dependencies.clock());
      const account = await dependencies.ledger.account(merchantOf(request).tenant, accountId, asOf);
      if (account === null) throw accountNotFound(accountId);
      return {
        object: 'ledger_balance' as const,
        account: accountId,
        as_of: asOf === undefined ? null : toTimestamp(asOf),
        balance: account.balanceMinor,
        currency: account.currency,
      };
    },
  );
}

function trialBalanceRoute(app: Api, { dependencies }: RouteContext): void {
  app.get(
    '/v1/ledger/trial_balance',
    {
      config: { access: 'secret' },
      schema: {
        operationId: 'getTrialBalance',
        tags: ['Ledger'],
        summary: 'Fetch the trial balance',
        description: `Every account's balance in its column, now or as of a past time; the columns are equal in every currency. ${lag}`,
        querystring: AsOfQuery,
        response: {
          200: { ...TrialBalanceSchema, description: 'The trial balance.', examples: [trialBalanceExample] },
        },
      },
    },
    async (request) => {
      const asOf = asOfIn(request.query, dependencies.clock());
      const accounts = await dependencies.ledger.accounts(merchantOf(request).tenant, asOf);
      return trialBalanceObject(trialBalance(accounts, dependencies.chart), asOf);
    },
  );
}
