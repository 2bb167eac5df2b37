import type { UnitOfWork } from '../store/unit-of-work';
import { invalidRequest } from '../wire/api-error';
import type { PaymentMethodState } from './payment-method-state';
import type { SetupIntentState } from './setup-intent-state';

/** The method is ready for later payments, and belongs to the intent's customer if there is one. */
export function succeedSetup(
  unit: UnitOfWork,
  intent: SetupIntentState,
  method: PaymentMethodState,
): SetupIntentState {
  const isNewToCustomer = intent.customer !== null && method.customer === null;
  const prepared: PaymentMethodState = {
    ...method,
    customer: method.customer ?? intent.customer,
    isSetUp: method.isSetUp || intent.usage === 'off_session',
  };
  if (isNewToCustomer) unit.emit('payment_method.attached', { kind: 'payment_method', state: prepared });
  else unit.put({ kind: 'payment_method', state: prepared });
  const state: SetupIntentState = {
    ...intent,
    status: 'succeeded',
    payment_method: method.id,
    redirect: null,
    last_setup_error: null,
  };
  unit.emit('setup_intent.succeeded', { kind: 'setup_intent', state });
  return state;
}

/** The payer has answered the bank's challenge. */
export function finishSetupAuthentication(
  unit: UnitOfWork,
  intent: SetupIntentState,
  outcome: 'fail' | 'succeed',
): SetupIntentState {
  const method =
    intent.payment_method === null ? undefined : unit.get('payment_method', intent.payment_method);
  if (intent.status !== 'requires_action' || method === undefined) {
    throw invalidRequest(`${intent.id} does not wait for authentication: it is ${intent.status}.`, {
      code: 'setup_intent_unexpected_state',
    });
  }
  if (outcome === 'succeed') return succeedSetup(unit, intent, method);
  const state: SetupIntentState = {
    ...intent,
    status: 'requires_payment_method',
    payment_method: null,
    redirect: null,
    last_setup_error: { kind: 'authentication_failed', method },
  };
  unit.emit('setup_intent.setup_failed', { kind: 'setup_intent', state });
  return state;
}
