import { type Context, type EventFacts, streamKind } from '../ports';
import { merchantCodec } from './codec';
import { type AccountErrorCode, accountsCatalogue } from './errors';
import type { MerchantEvent } from './events';

/** A merchant's events move no money and ask for no work: the API notices them itself. */
const fact = <Event extends MerchantEvent>(action: string, meaning: string): EventFacts<Event> => ({
  action,
  meaning,
  movement: null,
  effects: null,
  jobs: null,
  publicEvent: null,
});

/** Merchants and their API keys. */
export const accountsContext: Context<AccountErrorCode> = {
  name: 'accounts',
  streams: [
    streamKind<MerchantEvent>({
      title: 'Merchant',
      prefix: 'merchant-',
      subject: 'mer_…',
      codec: merchantCodec,
      parts: ['keyId'],
      facts: {
        MerchantCreated: fact('CreateMerchant', 'A company began to use this installation.'),
        ApiKeyIssued: fact('IssueKey', 'A key was made and shown once; the event holds its hash and a hint.'),
        ApiKeyRotated: fact(
          'RotateKey',
          "Another key takes this one's place; until `expiresAt` both are good.",
        ),
        ApiKeyRevoked: fact('RevokeKey', 'The key is refused from now on.'),
      },
    }),
  ],
  chart: {},
  queues: [],
  readModels: [],
  refusals: accountsCatalogue,
  publicTypes: {},
};
