import { eventCodec } from '../kernel';
import type { MerchantEvent } from './events';

/** Reads and writes the events of a merchant's stream. A changed shape gets an upcaster here. */
export const merchantCodec = eventCodec<MerchantEvent>({
  MerchantCreated: [],
  ApiKeyIssued: [],
  ApiKeyRotated: [],
  ApiKeyRevoked: [],
});
