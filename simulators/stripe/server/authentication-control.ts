import type { IncomingMessage } from 'node:http';
import { display } from '../money/currencies';
import { noSuchPaymentPage, threeDSecurePage, type Challenge } from '../pages/three-d-secure-page';
import { finishAuthentication } from '../resources/payment-intent-attempt';
import type { PaymentIntentState } from '../resources/payment-intent-state';
import { render } from '../resources/render';
import { finishSetupAuthentication } from '../resources/setup-intent-authentication';
import type { SetupIntentState } from '../resources/setup-intent-state';
import type { Account } from '../store/account';
import type { Store } from '../store/store';
import { invalidRequest, noSuch } from '../wire/api-error';
import type { Answer } from './answer';
import { html, json } from './control-answer';
import { readControlBody } from './control-body';

type Outcome = 'fail' | 'succeed';

/** An intent that may wait for its payer. */
type Waiting =
  | { readonly kind: 'payment_intent'; readonly state: PaymentIntentState }
  | { readonly kind: 'setup_intent'; readonly state: SetupIntentState };

interface Found {
  readonly account: Account;
  readonly intent: Waiting;
}

/** `GET` shows the challenge, `POST` answers it and sends the payer back to the merchant. */
export async function authenticationPage(
  request: IncomingMessage,
  id: string,
  store: Store,
): Promise<Answer> {
  const found = findIntent(store, id);
  if (found === undefined) return html(404, noSuchPaymentPage());
  if (request.method !== 'POST') return html(200, threeDSecurePage(challengeOf(found.intent)));
  const { outcome: asked } = await readControlBody(request);
  const outcome = outcomeOf(asked);
  const returnUrl = found.intent.state.redirect?.return_url ?? null;
  const intent = await finish(store, found, outcome);
  if (returnUrl === null || !URL.canParse(returnUrl)) return html(200, threeDSecurePage(challengeOf(intent)));
  const target = new URL(returnUrl);
  target.searchParams.set(intent.kind, intent.state.id);
  target.searchParams.set(`${intent.kind}_client_secret`, intent.state.client_secret);
  target.searchParams.set('redirect_status', outcome === 'succeed' ? 'succeeded' : 'failed');
  return { status: 303, body: '', headers: { location: target.href } };
}

/** The same for tests: `POST /simulator/payment_intents/<id>/authenticate` with `{"outcome":"succeed"}`. */
export async function authenticate(request: IncomingMessage, id: string, store: Store): Promise<Answer> {
  const { outcome: asked } = await readControlBody(request);
  const outcome = outcomeOf(asked);
  const found = findIntent(store, id);
  if (found === undefined)
    throw noSuch(id.startsWith('seti_') ? 'setupintent' : 'payment_intent', id, 'intent');
  return json(200, render(await finish(store, found, outcome)));
}

function findIntent(store: Store, id: string): Found | undefined {
  for (const account of store.allAccounts()) {
    const payment = account.get('payment_intent', id);
    if (payment !== undefined) return { account, intent: { kind: 'payment_intent', state: payment } };
    const setup = account.get('setup_intent', id);
    if (setup !== undefined) return { account, intent: { kind: 'setup_intent', state: setup } };
  }
  return undefined;
}

function challengeOf({ kind, state }: Waiting): Challenge {
  if (kind === 'setup_intent')
    return { id: state.id, status: state.status, subject: 'that your card is kept for later payments' };
  const amount = `${display(state.amount, state.currency)} ${state.currency.toUpperCase()}`;
  const purpose = state.description === null ? '' : ` for ${state.description}`;
  return { id: state.id, status: state.status, subject: `a payment of ${amount}${purpose}` };
}

async function finish(store: Store, { account, intent }: Found, outcome: Outcome): Promise<Waiting> {
  if (intent.state.status !== 'requires_action') {
    throw invalidRequest(
      `${intent.state.id} does not wait for authentication: it is ${intent.state.status}.`,
      {
        code: `${intent.kind}_unexpected_state`,
      },
    );
  }
  const unit = store.begin(account, { requestId: null, idempotencyKey: null });
  const finished: Waiting =
    intent.kind === 'payment_intent'
      ? { kind: 'payment_intent', state: finishAuthentication(unit, intent.state, outcome) }
      : { kind: 'setup_intent', state: finishSetupAuthentication(unit, intent.state, outcome) };
  await store.commit(unit);
  return finished;
}

function outcomeOf(value: unknown): Outcome {
  if (value === 'fail' || value === 'succeed') return value;
  throw invalidRequest(`Invalid outcome: ${JSON.stringify(value)}; must be succeed or fail.`, {
    param: 'outcome',
  });
}
