import type Stripe from 'stripe';
import { names, type Call, type Reply, type Route } from '../server/call';
import { noSuch } from '../wire/api-error';

/** Who the key belongs to; every account looks alike. */
function describe(id: string): Stripe.Account {
  return {
    id,
    object: 'account',
    business_type: 'company',
    capabilities: { card_payments: 'active', transfers: 'active' },
    charges_enabled: true,
    country: 'US',
    default_currency: 'usd',
    details_submitted: true,
    email: 'merchant@example.com',
    metadata: {},
    payouts_enabled: true,
    type: 'standard',
  };
}

const own = ({ unit }: Call): Reply => ({ value: describe(unit.account.id) });

function retrieve({ unit, id }: Call): Reply {
  if (id !== unit.account.id) throw noSuch('account', id, 'account');
  return { value: describe(id) };
}

export const accountRoutes: readonly Route[] = [
  { method: 'GET', path: '/v1/account', parameters: names(), handle: own },
  { method: 'GET', path: '/v1/accounts/:id', parameters: names(), handle: retrieve },
];
