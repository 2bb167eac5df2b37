import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Principal } from '../../core/accounts';
import { assert } from '../../core/kernel';
import type { Visit } from './arrivals';

/**
 * Who may call a route:
 * `public` anybody; `secret` a merchant's secret key; `operator` the operator's credential;
 * `secret_or_operator` both of these.
 */
export type Access = 'public' | 'secret' | 'operator' | 'secret_or_operator';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route says who may call it; one that does not stops the start. */
    readonly access?: Access;
    /** Counts every request of a public route by its address; false counts only those that are refused. @default true */
    readonly perAddress?: boolean;
    /** Answers also under overload and while the process stops: those who watch it must be able to ask. */
    readonly probe?: boolean;
  }
  interface FastifyRequest {
    /** Who is behind the request; null on public routes and before authentication. */
    principal: Principal | null;
    /** Null where the load gate does not count the request: probes, and what was refused before. */
    visit: Visit | null;
    /** Whether the request counts against its address already. */
    isCounted: boolean;
    /** The body's bytes as received; null when there were none. */
    rawBody: Buffer | null;
  }
}

export function decorateRequests(app: FastifyInstance): void {
  app.decorateRequest('principal', null);
  app.decorateRequest('visit', null);
  app.decorateRequest('isCounted', false);
  app.decorateRequest('rawBody', null);
}

export type Merchant = Extract<Principal, { kind: 'merchant' }>;

/** The merchant of a `secret` route; authentication has let nobody else through. */
export function merchantOf(request: FastifyRequest): Merchant {
  const { principal } = request;
  assert(principal?.kind === 'merchant', 'a secret route is reached by merchants only');
  return principal;
}
