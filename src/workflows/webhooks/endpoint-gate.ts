import type { WebhookEndpointId } from '../../core/kernel';
import { maxRequestsPerEndpoint } from '../../core/webhooks';

/** How long a delivery waits for a place at its endpoint; longer with every try, since the backlog may be long. */
const turnMs = 1_000;
const longestTurnMs = 60_000;

/**
 * Keeps an endpoint that answers late, or asks for rest, from taking the places of all others: where the queue does not
 * bound a lane (SQS), this does.
 */
export interface EndpointGate {
  /** @returns null and takes a place, or else how long to wait before the next try */
  enter(endpointId: WebhookEndpointId, nowMs: number, tries: number): number | null;
  /** @param restUntil the endpoint gets nothing before that */
  leave(endpointId: WebhookEndpointId, restUntil?: number): void;
}

export function createEndpointGate(): EndpointGate {
  const busy = new Map<WebhookEndpointId, { active: number; restUntil: number }>();
  return {
    enter(endpointId, nowMs, tries) {
      const place = busy.get(endpointId) ?? { active: 0, restUntil: 0 };
      if (place.restUntil > nowMs) return place.restUntil - nowMs;
      if (place.active >= maxRequestsPerEndpoint) return Math.min(longestTurnMs, turnMs * tries);
      place.active += 1;
      place.restUntil = 0;
      busy.set(endpointId, place);
      return null;
    },
    leave(endpointId, restUntil = 0) {
      const place = busy.get(endpointId);
      if (place === undefined) return;
      place.active -= 1;
      place.restUntil = Math.max(place.restUntil, restUntil);
      // Places are those of requests in progress and of endpoints that rest: neither can be many for long.
      if (place.active === 0 && place.restUntil === 0) busy.delete(endpointId);
    },
  };
}
