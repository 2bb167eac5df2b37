import type { IncomingMessage } from 'node:http';
import type { FaultPlanner } from '../faults/fault-planner';
import { overviewPage } from '../pages/overview-page';
import { chargeStats } from '../stats';
import type { Collection } from '../store/collection';
import type { Stored } from '../store/stored';
import { ApiError } from '../wire/api-error';
import { authenticate as credentialsOf } from '../wire/authentication';
import type { Answer } from './answer';
import { authenticate, authenticationPage } from './authentication-control';
import { html, json } from './control-answer';
import { actOnPayment, isPaymentAction, type PaymentControlOptions } from './payment-control';
import { errorAnswer } from './error-answer';
import { addFault, clearFaultsByForm, listFaults } from './fault-control';
import type { RequestCounter } from './request-counter';

export interface ControlOptions extends PaymentControlOptions {
  readonly faults: FaultPlanner;
  readonly counter: RequestCounter;
}

/** Answers `/simulator…`: what Stripe has no counterpart for. */
export async function answerControl(request: IncomingMessage, options: ControlOptions): Promise<Answer> {
  try {
    return await route(request, options);
  } catch (error) {
    return errorAnswer(error, 'simulator');
  }
}

async function route(request: IncomingMessage, options: ControlOptions): Promise<Answer> {
  const { method = 'GET', url = '/' } = request;
  const { pathname, searchParams } = new URL(url, 'http://simulator');
  const [, , area, id = '', action] = pathname.split('/');
  if (area === '3ds' && action === undefined) return authenticationPage(request, id, options.store);
  if (
    (area === 'payment_intents' || area === 'setup_intents') &&
    action === 'authenticate' &&
    method === 'POST'
  ) {
    return authenticate(request, id, options.store);
  }
  if (area === 'payment_intents' && isPaymentAction(action) && method === 'POST')
    return actOnPayment(request, { id, action }, options);
  switch (`${method} ${pathname}`) {
    case 'GET /simulator':
      return html(200, overview(options));
    case 'GET /simulator/stats':
      return stats(request, searchParams, options);
    case 'GET /simulator/faults':
      return listFaults(options.faults);
    case 'POST /simulator/faults':
      return addFault(request, options.faults);
    case 'POST /simulator/faults/clear':
      return clearFaultsByForm(request, options.faults);
    case 'DELETE /simulator/faults':
      options.faults.clear();
      return listFaults(options.faults);
    default:
      throw new ApiError(404, 'invalid_request_error', `The simulator has no ${method} ${pathname}.`);
  }
}

/** Over all accounts, or over the one whose key is sent. */
async function stats(
  request: IncomingMessage,
  query: URLSearchParams,
  { store, counter }: ControlOptions,
): Promise<Answer> {
  const { authorization } = request.headers;
  const accounts =
    authorization === undefined
      ? store.allAccounts()
      : [store.account(credentialsOf(authorization).accountId)];
  const metadataKey = query.get('metadata_key');
  const metadataValue = query.get(metadataKey ?? 'charge_id');
  const idempotencyKey = query.get('idempotency_key');
  const charges = await chargeStats(accounts, {
    ...(metadataKey === null ? {} : { metadataKey }),
    ...(metadataValue === null ? {} : { metadataValue }),
    ...(idempotencyKey === null ? {} : { idempotencyKey }),
  });
  await store.durable();
  return json(200, {
    requests: counter.byEndpoint(),
    pending_webhooks: store.pendingDeliveries.size,
    ...charges,
  });
}

const shownRows = 25;

function overview({ store, faults }: ControlOptions): string {
  const accounts = [...store.allAccounts()];
  return overviewPage({
    payments: latest(accounts.map(({ collections }) => collections.payment_intent)),
    events: latest(accounts.map(({ events }) => events)),
    faults: faults.describe(),
    pendingWebhooks: store.pendingDeliveries.size,
    paymentCount: accounts.reduce((sum, { collections }) => sum + collections.payment_intent.size, 0),
    trouble: store.trouble,
  });
}

function latest<T extends Stored>(collections: readonly Collection<T>[]): readonly T[] {
  return collections
    .flatMap((collection) => collection.newest(shownRows))
    .sort((a, b) => b.created - a.created)
    .slice(0, shownRows);
}
