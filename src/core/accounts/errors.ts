import type { Catalogue } from '../kernel';

export type AccountErrorCode =
  'merchant_not_found' | 'api_key_not_found' | 'api_key_not_active' | 'too_many_api_keys';

export const accountsCatalogue: Catalogue<AccountErrorCode> = {
  merchant_not_found: {
    meaning: 'No merchant with this id exists.',
    retry: 'no',
    remedy: 'Check the id; the list of merchants shows all of them.',
  },
  api_key_not_found: {
    meaning: 'The merchant has no API key with this id.',
    retry: 'no',
    remedy: 'Check the id (key_…, not the key itself); fetching the merchant shows its keys.',
  },
  api_key_not_active: {
    meaning: 'Only an active key can be rotated, and this one was rotated or revoked before.',
    retry: 'no',
    remedy: 'Rotate the key that replaced it, or issue a new one.',
  },
  too_many_api_keys: {
    meaning: 'The merchant would have more usable API keys than the limit.',
    retry: 'no',
    remedy: 'Revoke a key that is no longer used, or rotate without an overlap; the message names the limit.',
  },
};
