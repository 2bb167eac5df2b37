import type { IncomingMessage } from 'node:http';
import { finishAuthentication } from '../resources/payment-intent-attempt';
import type { PaymentIntentState } from '../resources/payment-intent-state';
import { finishSetupAuthentication } from '../resources/setup-intent-authentication';
import { render } from '../resources/render';
import type { Account } from '../store/account';
import type { Store } from '../store/store';
import { ApiError, errorBody, invalidRequest, noSuch } from '../wire/api-error';
import { parseForm } from '../wire/form';
import { noSuchPaymentPage, threeDSecurePage } from '../pages/three-d-secure-page';
import type { Answer } from './answer';
import { readBody } from './request-body';

export interface ControlOptions {
  readonly store: Store;
}

const html = (status: number, body: string): Answer => ({
  status,
  body,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self' http: https:",
    'x-content-type-options': 'nosniff',
  },
});

const json = (status: number, value: unknown): Answer => ({
  status,
  body: JSON.stringify(value),
  headers: {},
});

/** Answers `/simulator…`: what Stripe has no counterpart for. */
export async function answerControl(request: IncomingMessage, options: ControlOptions): Promise<Answer> {
  try {
    return await route(request, options);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { status: error.status, body: errorBody(error, 'simulator'), headers: {} };
  }
}

async function route(request: IncomingMessage, options: ControlOptions): Promise<Answer> {
  const { method = 'GET', url = '/' } = request;
  const [path = ''] = url.split('?', 1);
  const [, , area, id = '', action] = path.split('/');
  if (area === '3ds' && action === undefined) return authenticationPage(request, id, options);
  if (
    (area === 'payment_intents' || area === 'setup_intents') &&
    action === 'authenticate' &&
    method === 'POST'
  ) {
    return authenticate(request, id, options);
  }
  throw new ApiError(404, 'invalid_request_error', `The simulator has no ${method} ${path}.`);
}

interface Found {
  readonly account: Account;
  readonly intent: PaymentIntentState;
}

function findIntent(store: Store, id: string): Found | undefined {
  for (const account of store.allAccounts()) {
    const intent = account.get('payment_intent', id);
    if (intent !== undefined) return { account, intent };
  }
  return undefined;
}

async function authenticationPage(
  request: IncomingMessage,
  id: string,
  { store }: ControlOptions,
): Promise<Answer> {
  const found = findIntent(store, id);
  if (found === undefined) return html(404, noSuchPaymentPage());
  if (request.method !== 'POST') return html(200, threeDSecurePage(found.intent));
  const outcome = outcomeOf(parseForm(await readBody(request))['outcome']);
  const returnUrl = found.intent.redirect?.return_url ?? null;
  const intent = await finish(store, found, outcome);
  if (returnUrl === null) return html(200, threeDSecurePage(intent));
  const target = new URL(returnUrl);
  target.searchParams.set('payment_intent', intent.id);
  target.searchParams.set('payment_intent_client_secret', intent.client_secret);
  target.searchParams.set('redirect_status', outcome === 'succeed' ? 'succeeded' : 'failed');
  return { status: 303, body: '', headers: { location: target.href } };
}

async function authenticate(
  request: IncomingMessage,
  id: string,
  { store }: ControlOptions,
): Promise<Answer> {
  const outcome = outcomeOf(bodyOf(await readBody(request)));
  if (id.startsWith('seti_')) {
    for (const account of store.allAccounts()) {
      const setup = account.get('setup_intent', id);
      if (setup === undefined) continue;
      const unit = store.begin(account, { requestId: null, idempotencyKey: null });
      const state = finishSetupAuthentication(unit, setup, outcome);
      await store.commit(unit);
      return json(200, render({ kind: 'setup_intent', state }));
    }
    throw noSuch('setupintent', id, 'intent');
  }
  const found = findIntent(store, id);
  if (found === undefined) throw noSuch('payment_intent', id, 'intent');
  return json(200, render({ kind: 'payment_intent', state: await finish(store, found, outcome) }));
}

/** JSON, as tests write it, or a form. */
function bodyOf(body: string): unknown {
  if (!body.trimStart().startsWith('{')) return parseForm(body)['outcome'];
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && 'outcome' in parsed ? parsed.outcome : undefined;
  } catch {
    throw invalidRequest('The body is not JSON.', {});
  }
}

function outcomeOf(value: unknown): 'fail' | 'succeed' {
  if (value === 'fail' || value === 'succeed') return value;
  throw invalidRequest(`Invalid outcome: ${JSON.stringify(value)}; must be succeed or fail.`, {
    param: 'outcome',
  });
}

async function finish(
  store: Store,
  { account, intent }: Found,
  outcome: 'fail' | 'succeed',
): Promise<PaymentIntentState> {
  if (intent.status !== 'requires_action') {
    throw invalidRequest(`${intent.id} does not wait for authentication: it is ${intent.status}.`, {
      code: 'payment_intent_unexpected_state',
    });
  }
  const unit = store.begin(account, { requestId: null, idempotencyKey: null });
  const state = finishAuthentication(unit, intent, outcome);
  await store.commit(unit);
  return state;
}
