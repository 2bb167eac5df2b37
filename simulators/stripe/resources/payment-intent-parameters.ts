import { checkAmount, currencyOf } from '../money/currencies';
import { newId, randomText } from '../store/ids';
import type { UnitOfWork } from '../store/unit-of-work';
import { invalidRequest, missingParameter, noSuchReference } from '../wire/api-error';
import type { Parameters } from '../wire/parameters';
import { names } from '../server/call';
import { readShipping } from './billing-details';
import type { PaymentIntentState } from './payment-intent-state';
import type { PaymentMethodState } from './payment-method-state';

const shared =
  'allowed_payment_method_types amount currency customer description metadata payment_method payment_method_data payment_method_options ' +
  'payment_method_types receipt_email setup_future_usage shipping statement_descriptor statement_descriptor_suffix ' +
  'capture_method transfer_group allowed_payment_method_types excluded_payment_method_types ' +
  'payment_method_configuration amount_details payment_details hooks';

export const createNames = names(
  `${shared} automatic_payment_methods confirm confirmation_method error_on_requires_action mandate_data off_session ` +
    'return_url use_stripe_sdk radar_options mandate',
);
export const updateNames = names(shared);
export const confirmNames = names(
  'allowed_payment_method_types capture_method client_secret error_on_requires_action key mandate_data off_session payment_method payment_method_data ' +
    'payment_method_options payment_method_types radar_options receipt_email return_url setup_future_usage shipping use_stripe_sdk ' +
    'allowed_payment_method_types excluded_payment_method_types amount_details payment_details hooks mandate',
);

const captureMethods = ['automatic', 'automatic_async', 'manual'] as const;
const usages = ['off_session', 'on_session'] as const;

export function newPaymentIntent(unit: UnitOfWork, parameters: Parameters): PaymentIntentState {
  const amount = parameters.integer('amount');
  if (amount === undefined) throw missingParameter('amount');
  const currency = currencyOf(parameters.requiredText('currency'));
  checkAmount(amount, currency);
  const id = newId('pi');
  const allowed = readTypes(parameters, 'allowed_payment_method_types');
  const types = readTypes(parameters, 'payment_method_types') ?? allowed;
  return withDetails(unit, parameters, {
    id,
    created: unit.created,
    status: 'requires_payment_method',
    amount,
    amount_capturable: 0,
    amount_received: 0,
    currency,
    capture_method: 'automatic_async',
    confirmation_method:
      parameters.oneOf('confirmation_method', ['automatic', 'manual'] as const) ?? 'automatic',
    client_secret: `${id}_secret_${randomText(25)}`,
    customer: null,
    description: null,
    metadata: {},
    payment_method: null,
    latest_charge: null,
    last_payment_error: null,
    redirect: null,
    isAuthenticated: false,
    canceled_at: null,
    cancellation_reason: null,
    payment_method_types: types ?? ['card'],
    allowed_payment_method_types: allowed ?? null,
    automatic_payment_methods: types === undefined ? readAutomatic(parameters) : null,
    requests_multicapture: false,
    receipt_email: null,
    setup_future_usage: null,
    shipping: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    transfer_group: null,
  });
}

/** Applies every parameter that creating, updating and confirming have in common. */
export function withDetails(
  unit: UnitOfWork,
  parameters: Parameters,
  intent: PaymentIntentState,
): PaymentIntentState {
  const receiptEmail = parameters.optionalEmail('receipt_email');
  const text = (name: 'description' | 'transfer_group', limit?: number): string | null => {
    const sent = parameters.optionalText(name, limit);
    return sent === undefined ? intent[name] : sent;
  };
  return {
    ...intent,
    capture_method: parameters.oneOf('capture_method', captureMethods) ?? intent.capture_method,
    customer: readCustomer(unit, parameters) ?? intent.customer,
    description: text('description', 1_000),
    metadata: parameters.metadata(intent.metadata),
    receipt_email: receiptEmail === undefined ? intent.receipt_email : receiptEmail,
    requests_multicapture: readMulticapture(parameters) ?? intent.requests_multicapture,
    setup_future_usage: parameters.oneOf('setup_future_usage', usages) ?? intent.setup_future_usage,
    shipping: readShipping(parameters.group('shipping')) ?? intent.shipping,
    statement_descriptor: readDescriptor(parameters, 'statement_descriptor') ?? intent.statement_descriptor,
    statement_descriptor_suffix:
      readDescriptor(parameters, 'statement_descriptor_suffix') ?? intent.statement_descriptor_suffix,
    transfer_group: text('transfer_group'),
  };
}

/** @throws ApiError for what card networks do not print. @source docs.stripe.com/get-started/account/statement-descriptors */
export function readDescriptor(parameters: Parameters, name: string): string | undefined {
  const descriptor = parameters.text(name);
  if (descriptor === undefined || descriptor === '') return undefined;
  if (descriptor.length > 22) {
    throw invalidRequest(
      `The statement descriptor must be at most 22 characters; ${descriptor} has ${descriptor.length}.`,
      {
        param: name,
      },
    );
  }
  if (/[<>\\'"*]/.test(descriptor)) {
    throw invalidRequest(`The statement descriptor cannot contain any of < > \\ ' " *: ${descriptor}`, {
      param: name,
    });
  }
  if (!/[a-z]/i.test(descriptor)) {
    throw invalidRequest(`The statement descriptor must contain at least one letter: ${descriptor}`, {
      param: name,
    });
  }
  return descriptor;
}

export function readCustomer(unit: UnitOfWork, parameters: Parameters): string | undefined {
  const id = parameters.text('customer');
  if (id === undefined || id === '') return undefined;
  const customer = unit.get('customer', id);
  if (customer === undefined || customer.deleted === true) throw noSuchReference('customer', id, 'customer');
  return id;
}

/** `payment_method_types` was replaced by `allowed_payment_method_types` in the version of the `stripe` package 23. */
/** Clients of earlier API versions send `payment_method_types`, newer ones `allowed_payment_method_types`. */
function readTypes(
  parameters: Parameters,
  name: 'allowed_payment_method_types' | 'payment_method_types',
): readonly string[] | undefined {
  const types = parameters.texts(name);
  if (types === undefined) return undefined;
  const unknown = types.find((type) => type !== 'card' && type !== 'link');
  if (unknown !== undefined || !types.includes('card')) {
    throw invalidRequest(
      `The payment method type "${unknown ?? types.join(', ')}" is invalid. The simulator's accounts have activated only card.`,
      { param: name },
    );
  }
  return types;
}

function readAutomatic(parameters: Parameters): PaymentIntentState['automatic_payment_methods'] {
  const automatic = parameters.group('automatic_payment_methods');
  return {
    enabled: automatic?.boolean('enabled') ?? true,
    allow_redirects: automatic?.oneOf('allow_redirects', ['always', 'never'] as const) ?? 'always',
  };
}

function readMulticapture(parameters: Parameters): boolean | undefined {
  const card = parameters.group('payment_method_options')?.group('card');
  const asked = card?.oneOf('request_multicapture', ['if_available', 'never'] as const);
  return asked === undefined ? undefined : asked === 'if_available';
}

/** @throws ApiError when the method cannot pay for this intent. */
export function checkMethod(intent: PaymentIntentState, method: PaymentMethodState): void {
  if (method.customer !== null && method.customer !== intent.customer) {
    throw invalidRequest(
      `The PaymentMethod ${method.id} belongs to the Customer ${method.customer}. Please include the Customer in the \`customer\` parameter on the PaymentIntent.`,
      { param: 'payment_method' },
    );
  }
  if (method.isSpent && intent.latest_charge === null) {
    throw invalidRequest(
      'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.',
      { param: 'payment_method' },
    );
  }
}
