import type { FastifyRequest } from 'fastify';
import type { Authenticate, Principal } from '../../core/accounts';
import { Problem } from '../errors/problem';
import { credentialIn } from './credential';
import type { RateLimits } from './rate-limits';
import type { Access } from './request-context';

type RestrictedAccess = Exclude<Access, 'public'>;

const challenge = { 'www-authenticate': 'Bearer realm="fincore", Basic realm="fincore"' };

/**
 * Lets a request through to a route or ends it. Every credential is looked up, also from an address whose share is
 * used up: strangers behind the same address never limit a valid credential. A request without a valid credential
 * counts against its address.
 */
export function createAuthenticator(authenticate: Authenticate, limits: RateLimits) {
  /** At once where the keys of the credential's merchant are in memory. */
  function identify(request: FastifyRequest): Principal | Promise<Principal> {
    const credential = credentialIn(request.headers.authorization);
    if (credential === null) return refuse(request, 'credential_missing');
    const found = authenticate(credential);
    return found instanceof Promise
      ? found.then((principal) => principal ?? refuse(request, 'credential_invalid'))
      : (found ?? refuse(request, 'credential_invalid'));
  }

  function refuse(request: FastifyRequest, code: 'credential_missing' | 'credential_invalid'): never {
    limits.countAddress(request);
    throw new Problem({ code, headers: challenge });
  }

  function admit(
    request: FastifyRequest,
    principal: Principal,
    access: RestrictedAccess,
  ): void | Promise<void> {
    request.principal = principal;
    const counted = limits.countCredential(principal);
    const denial = denialFor(principal, access);
    if (denial === null) return counted;
    return Promise.resolve(counted).then(() => Promise.reject(denial));
  }

  return (request: FastifyRequest, access: RestrictedAccess): void | Promise<void> => {
    const principal = identify(request);
    return principal instanceof Promise
      ? principal.then((found) => admit(request, found, access))
      : admit(request, principal, access);
  };
}

function denialFor(principal: Principal, access: RestrictedAccess): Problem | null {
  if (access === 'operator')
    return principal.kind === 'operator' ? null : new Problem({ code: 'operator_key_required' });
  if (principal.kind === 'operator')
    return access === 'secret_or_operator' ? null : new Problem({ code: 'merchant_key_required' });
  return principal.keyKind === 'secret' ? null : new Problem({ code: 'secret_key_required' });
}
