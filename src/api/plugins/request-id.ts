import type { IncomingMessage } from 'node:http';
import type { Ids } from '../../core/kernel';
import { isRepeatable } from '../errors/received-value';

const acceptable = /^[A-Za-z0-9._-]{1,64}$/;

/** The caller's Request-Id where it is short and harmless, so that both sides' logs meet; otherwise a new one. */
export const requestIds =
  (ids: Ids) =>
  (request: IncomingMessage): string => {
    const received = request.headers['request-id'];
    if (typeof received === 'string' && acceptable.test(received) && isRepeatable(received)) return received;
    return `req_${ids()}`;
  };
