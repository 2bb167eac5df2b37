import { listNames, names, type Call, type Reply, type Route } from '../server/call';
import { newId, randomText } from '../store/ids';
import type { UnitOfWork } from '../store/unit-of-work';
import { noSuch, noSuchReference } from '../wire/api-error';
import { listOf } from '../wire/list';
import type { Parameters } from '../wire/parameters';
import { searchOf } from '../wire/search';
import { readAddress, readShipping } from './billing-details';
import type { CustomerState } from './customer-state';
import { existingOrDocumented } from './payment-method-lookup';

const reply = (state: CustomerState): Reply => ({ kind: 'customer', state });

function find({ unit, id }: Call): CustomerState {
  const customer = unit.get('customer', id);
  if (customer === undefined) throw noSuch('customer', id);
  return customer;
}

function findAlive(call: Call): CustomerState {
  const customer = find(call);
  if (customer.deleted === true) throw noSuch('customer', customer.id);
  return customer;
}

function withDetails(unit: UnitOfWork, parameters: Parameters, customer: CustomerState): CustomerState {
  const text = (name: 'description' | 'name' | 'phone'): string | null => {
    const sent = parameters.optionalText(name);
    return sent === undefined ? customer[name] : sent;
  };
  const address = parameters.group('address');
  const preferred = parameters.group('invoice_settings')?.text('default_payment_method');
  if (preferred !== undefined && unit.get('payment_method', preferred)?.customer !== customer.id) {
    throw noSuchReference('PaymentMethod', preferred, 'invoice_settings[default_payment_method]');
  }
  const email = parameters.optionalEmail('email');
  return {
    ...customer,
    address: address === undefined ? customer.address : readAddress(address, customer.address ?? undefined),
    description: text('description'),
    email: email === undefined ? customer.email : email,
    name: text('name'),
    phone: text('phone'),
    shipping: readShipping(parameters.group('shipping')) ?? customer.shipping,
    metadata: parameters.metadata(customer.metadata),
    default_payment_method: preferred ?? customer.default_payment_method,
  };
}

function create({ unit, parameters }: Call): Reply {
  const bare: CustomerState = {
    id: newId('cus'),
    created: unit.created,
    address: null,
    description: null,
    email: null,
    name: null,
    phone: null,
    shipping: null,
    metadata: {},
    default_payment_method: null,
    invoice_prefix: randomText(8).toUpperCase(),
  };
  const methodId = parameters.text('payment_method');
  const method = methodId === undefined ? undefined : existingOrDocumented(unit, methodId, 'payment_method');
  const detailed = withDetails(unit, parameters, bare);
  if (method === undefined) {
    unit.emit('customer.created', { kind: 'customer', state: detailed });
    return reply(detailed);
  }
  const state: CustomerState = { ...detailed, default_payment_method: method.id };
  unit.emit('customer.created', { kind: 'customer', state });
  unit.emit('payment_method.attached', { kind: 'payment_method', state: { ...method, customer: state.id } });
  return reply(state);
}

function update(call: Call): Reply {
  const before = findAlive(call);
  const state = withDetails(call.unit, call.parameters, before);
  call.unit.emit(
    'customer.updated',
    { kind: 'customer', state },
    { email: before.email, metadata: before.metadata },
  );
  return reply(state);
}

function remove(call: Call): Reply {
  const { unit } = call;
  const before = findAlive(call);
  for (const method of unit.account.collections.payment_method.referring(before.id)) {
    if (method.customer !== before.id) continue;
    unit.put({ kind: 'payment_method', state: { ...method, customer: null, isSpent: true } });
  }
  unit.emit('customer.deleted', { kind: 'customer', state: before });
  const state: CustomerState = { ...before, deleted: true };
  unit.put({ kind: 'customer', state });
  return reply(state);
}

const list = (call: Call): Reply =>
  listOf(call, { kind: 'customer', url: '/v1/customers', equal: ['email'] });

const search = (call: Call): Reply =>
  searchOf(call, { kind: 'customer', url: '/v1/customers/search', fields: ['email', 'name', 'phone'] });

const details =
  'address balance description email invoice_settings metadata name phone preferred_locales shipping tax_exempt';

export const customerRoutes: readonly Route[] = [
  { method: 'POST', path: '/v1/customers', parameters: names(`${details} payment_method`), handle: create },
  { method: 'GET', path: '/v1/customers', parameters: listNames('email'), handle: list },
  { method: 'GET', path: '/v1/customers/search', parameters: names('query limit page'), handle: search },
  { method: 'GET', path: '/v1/customers/:id', parameters: names(), handle: (call) => reply(find(call)) },
  { method: 'POST', path: '/v1/customers/:id', parameters: names(details), handle: update },
  { method: 'DELETE', path: '/v1/customers/:id', parameters: names(), handle: remove },
];
