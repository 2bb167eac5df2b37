import {
  type Sha256,
  type WebhookDeliveryId,
  type WebhookEndpointId,
  assert,
  base32,
  base32Digits,
  parseId,
} from '../kernel';

/** 50 bits of milliseconds: deliveries sort by the time of what they tell. */
const timeLength = 10;
/** 80 bits of a hash tell apart what happened in the same millisecond. */
const hashLength = 16;

/** The delivery of an event to an endpoint: the same however often it is derived. */
export function deliveryIdOf(
  sha256: Sha256,
  delivery: {
    readonly eventId: string;
    readonly endpointId: WebhookEndpointId;
    /** Milliseconds since the epoch. */
    readonly createdAt: number;
  },
): WebhookDeliveryId {
  const { eventId, endpointId, createdAt } = delivery;
  const hash = BigInt(`0x${sha256(`${eventId}/${endpointId}`).slice(0, 20)}`);
  let text = '';
  for (let rest = hash; text.length < hashLength; rest >>= 5n)
    text = base32Digits.charAt(Number(rest & 31n)) + text;
  const id = parseId('whd', `whd_${base32(createdAt, timeLength)}${text}`);
  assert(id !== null, 'a time and a hash make an id');
  return id;
}
