import type { IncomingMessage } from 'node:http';
import { noFaults } from '../faults/planned-faults';
import { randomText } from '../store/ids';
import type { Account } from '../store/account';
import type { Store } from '../store/store';
import { noSuch } from '../wire/api-error';
import { Parameters } from '../wire/parameters';
import type { FormObject } from '../wire/form';
import type { Answer } from './answer';
import { readControlBody } from './control-body';
import type { Executor } from './executor';
import type { FindRoute } from './router';

export interface PaymentControlOptions {
  readonly store: Store;
  readonly executor: Executor;
  readonly findRoute: FindRoute;
}

/** What payers do on the merchant's page, and merchants in Stripe's Dashboard, as the call that it comes down to. */
const calls = {
  pay: (id: string) => ({ path: `/v1/payment_intents/${id}/confirm`, fixed: {} }),
  capture: (id: string) => ({ path: `/v1/payment_intents/${id}/capture`, fixed: {} }),
  cancel: (id: string) => ({ path: `/v1/payment_intents/${id}/cancel`, fixed: {} }),
  refund: (id: string) => ({ path: '/v1/refunds', fixed: { payment_intent: id } }),
} as const;

export type PaymentAction = keyof typeof calls;

export const isPaymentAction = (name: string | undefined): name is PaymentAction =>
  name !== undefined && Object.hasOwn(calls, name);

/**
 * Does to a payment what somebody other than the API's client does: without its key, its idempotency keys and the
 * faults that are set. Answers as Stripe's own call does.
 * @throws ApiError 404 for an id of no account.
 */
export async function actOnPayment(
  request: IncomingMessage,
  { id, action }: { readonly id: string; readonly action: PaymentAction },
  { store, executor, findRoute }: PaymentControlOptions,
): Promise<Answer> {
  const account = accountOf(store, id);
  if (account === undefined) throw noSuch('payment_intent', id, 'intent');
  const sent: FormObject = await readControlBody(request);
  const { path, fixed } = calls[action](id);
  const match = findRoute('POST', path);
  if (match === undefined) throw new Error(`No route answers POST ${path}.`);
  return executor.execute({
    method: 'POST',
    path,
    form: '',
    parameters: new Parameters({ ...sent, ...fixed }),
    match,
    credentials: { accountId: account.id, keyKind: 'secret' },
    idempotencyKey: null,
    requestId: `req_${randomText(14)}`,
    faults: noFaults,
  });
}

function accountOf(store: Store, paymentIntentId: string): Account | undefined {
  for (const account of store.allAccounts())
    if (account.get('payment_intent', paymentIntentId) !== undefined) return account;
  return undefined;
}
