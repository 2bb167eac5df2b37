import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { actorOf } from '../../core/accounts';
import type { ApiLimits } from '../dependencies';
import { Problem } from '../errors/problem';
import { farewellMs } from '../limits';
import type { LoadGate } from './load-gate';
import { networkOf } from './network-of';

/** Where a request stands with the load gate, and with those whose bodies have not arrived. */
export interface Visit {
  hasPlace: boolean;
  /** Ends the count of an unfinished request; null while its body is not awaited. */
  arrived: (() => void) | null;
  isOver: boolean;
}

export interface Arrivals {
  /** Takes a place for the request until it is answered. @throws Problem overloaded, shutting_down */
  enter(request: FastifyRequest, reply: FastifyReply): void;
  /**
   * Gives the place up while the body arrives: bodies that never arrive hold no place. When strangers together have too
   * many such requests, the oldest of them is ended: genuine notices arrive at once, so it is none of those.
   * @throws Problem rate_limited when the caller has too many such requests
   */
  awaitBody(request: FastifyRequest): void;
}

const retrySeconds = 1;
const closing = { connection: 'close' };

/**
 * Lets requests in by the load gate, and bounds those whose bodies have not arrived: per credential, or per address
 * (of IPv6 the /64) where there is none, and for all strangers together.
 */
export function guardArrivals(app: FastifyInstance, limits: ApiLimits, load: LoadGate): Arrivals {
  const unfinished = createUnfinished(limits);

  app.addHook('preClose', (done) => {
    // A server that closes no longer looks for requests that are late.
    setTimeout(() => unfinished.end(), farewellMs).unref();
    done();
  });

  function takePlace(visit: Visit): void {
    if (!load.tryEnter()) throw new Problem({ code: 'overloaded', retryAfterSeconds: retrySeconds });
    visit.hasPlace = true;
  }

  app.addHook('preValidation', (request, _reply, done) => {
    const { visit } = request;
    if (visit !== null && visit.arrived !== null) {
      visit.arrived();
      visit.arrived = null;
      if (!visit.isOver) takePlace(visit);
    }
    done();
  });

  return {
    enter(request, reply) {
      if (load.isClosed())
        throw new Problem({ code: 'shutting_down', retryAfterSeconds: retrySeconds, headers: closing });
      const visit: Visit = { hasPlace: false, arrived: null, isOver: false };
      takePlace(visit);
      request.visit = visit;
      reply.raw.once('close', () => {
        visit.isOver = true;
        if (visit.hasPlace) load.leave();
        visit.hasPlace = false;
        visit.arrived?.();
        visit.arrived = null;
      });
    },
    awaitBody(request) {
      const { visit, raw } = request;
      if (visit === null || !visit.hasPlace || !expectsBody(raw.headers)) return;
      visit.arrived = unfinished.begin(request);
      visit.hasPlace = false;
      load.leave();
    },
  };
}

const expectsBody = (headers: FastifyRequest['raw']['headers']): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

/** Counts requests whose bodies have not arrived, by who sends them. */
function createUnfinished({ maxInFlight, maxUnfinishedPerAddress }: ApiLimits) {
  const counts = new Map<string, number>();
  const requests = new Set<FastifyRequest>();
  /** In the order of their arrival. */
  const strangers = new Set<FastifyRequest>();
  const add = (bucket: string, change: number): void => {
    const count = (counts.get(bucket) ?? 0) + change;
    if (count === 0) counts.delete(bucket);
    else counts.set(bucket, count);
  };
  const isFull = (bucket: string, max: number): boolean => (counts.get(bucket) ?? 0) >= max;

  function admitStranger(request: FastifyRequest): void {
    if (strangers.size >= maxInFlight) {
      const [oldest] = strangers;
      if (oldest !== undefined) {
        strangers.delete(oldest);
        oldest.raw.socket.destroy();
      }
    }
    strangers.add(request);
  }

  return {
    /** @returns what ends the count */
    begin(request: FastifyRequest): () => void {
      const { principal, ip } = request;
      const who = principal === null ? 'address' : 'credential';
      const bucket = principal === null ? `address ${networkOf(ip)}` : actorOf(principal);
      const max = principal === null ? maxUnfinishedPerAddress : maxInFlight;
      if (isFull(bucket, max))
        throw new Problem({
          code: 'rate_limited',
          detail: `This ${who} has ${String(max)} requests whose bodies have not arrived; no more are allowed at once.`,
          retryAfterSeconds: retrySeconds,
          headers: closing,
        });
      add(bucket, 1);
      requests.add(request);
      if (principal === null) admitStranger(request);
      return () => {
        requests.delete(request);
        strangers.delete(request);
        add(bucket, -1);
      };
    },
    /** Cuts the connections of all that are unfinished. */
    end(): void {
      for (const { raw } of requests) raw.socket.destroy();
    },
  };
}
