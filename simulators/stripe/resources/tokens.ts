import { cardOfParameters } from '../cards/card';
import { names, type Call, type Reply, type Route } from '../server/call';
import { newId } from '../store/ids';
import { missingParameter, noSuch } from '../wire/api-error';
import type { Parameters } from '../wire/parameters';
import { noAddress, noBillingDetails, type BillingDetails } from './billing-details';

const cardNames: ReadonlySet<string> = new Set([
  'address_city',
  'address_country',
  'address_line1',
  'address_line2',
  'address_state',
  'address_zip',
  'currency',
  'cvc',
  'exp_month',
  'exp_year',
  'name',
  'networks',
  'number',
]);

function create({ unit, parameters }: Call): Reply {
  const card = parameters.group('card');
  if (card === undefined) throw missingParameter('card');
  card.allowOnly(cardNames);
  const state = unit.put({
    kind: 'token',
    state: {
      id: newId('tok'),
      created: unit.created,
      card: cardOfParameters(card, new Date(unit.nowMs)),
      cardId: newId('card'),
      billing: billingOf(card),
      used: false,
    },
  });
  return { kind: 'token', state };
}

/** Tokens carry the address in the card's own, older names. */
function billingOf(card: Parameters): BillingDetails | null {
  const text = (name: string): string | null => card.optionalText(name) ?? null;
  const address = {
    city: text('address_city'),
    country: text('address_country'),
    line1: text('address_line1'),
    line2: text('address_line2'),
    postal_code: text('address_zip'),
    state: text('address_state'),
  };
  const name = text('name');
  const isEmpty = name === null && Object.values(address).every((part) => part === null);
  return isEmpty ? null : { ...noBillingDetails, name, address: { ...noAddress, ...address } };
}

function retrieve({ unit, id }: Call): Reply {
  const state = unit.get('token', id);
  if (state === undefined) throw noSuch('token', id);
  return { kind: 'token', state };
}

export const tokenRoutes: readonly Route[] = [
  { method: 'POST', path: '/v1/tokens', parameters: names('card'), isPublic: true, handle: create },
  { method: 'GET', path: '/v1/tokens/:id', parameters: names(), isPublic: true, handle: retrieve },
];
