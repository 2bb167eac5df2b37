import type { FastifyRequest } from 'fastify';
import type { Authenticate, Principal } from '../../core/accounts';
import { Problem } from '../errors/problem';
import { credentialIn } from './credential';
import type { RateLimits } from './rate-limits';
import type { Access } from './request-context';

type RestrictedAccess = Exclude<Access, 'public'>;

/** Credentials that were valid a moment ago; at the bound, all are forgotten. */
const maxRemembered = 10_000;

const challenge = { 'www-authenticate': 'Bearer realm="fincore", Basic realm="fincore"' };

/**
 * Lets a request through to a route or ends it. Whoever has no valid credential is counted by address; an address
 * that has used up its share may still use a credential that was valid before, so that strangers behind the
 * same proxy cannot lock a merchant out, while guesses stop costing look-ups.
 */
export function createAuthenticator(authenticate: Authenticate, limits: RateLimits) {
  const recentlyValid = new Set<string>();

  function remember(credential: string, principal: Principal): Principal {
    if (recentlyValid.size >= maxRemembered) recentlyValid.clear();
    recentlyValid.add(credential);
    return principal;
  }

  /** At once where the credential was valid a moment ago and its keys are in memory. */
  function identify(request: FastifyRequest): Principal | Promise<Principal> {
    const credential = credentialIn(request.headers.authorization);
    if (credential === null) return refuse(request, 'credential_missing');
    if (!recentlyValid.has(credential)) return identifyStranger(request, credential);
    const principal = authenticate(credential);
    return principal === null || principal instanceof Promise
      ? judge(request, credential, principal)
      : principal;
  }

  async function identifyStranger(request: FastifyRequest, credential: string): Promise<Principal> {
    await limits.checkAddress(request);
    return judge(request, credential, authenticate(credential));
  }

  async function judge(
    request: FastifyRequest,
    credential: string,
    found: ReturnType<Authenticate>,
  ): Promise<Principal> {
    const principal = await found;
    if (principal !== null) return remember(credential, principal);
    recentlyValid.delete(credential);
    return refuse(request, 'credential_invalid');
  }

  async function refuse(
    request: FastifyRequest,
    code: 'credential_missing' | 'credential_invalid',
  ): Promise<never> {
    await limits.countAddress(request);
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
