import type { FastifyRequest } from 'fastify';
import type { Authenticate, Principal } from '../../core/accounts';
import { Problem } from '../errors/problem';
import { credentialIn } from './credential';
import type { RateLimits } from './rate-limits';
import type { Access } from './request-context';

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

  async function identify(request: FastifyRequest): Promise<Principal> {
    const credential = credentialIn(request.headers.authorization);
    if (credential === null) {
      await limits.countAddress(request);
      throw new Problem({ code: 'credential_missing', headers: challenge });
    }
    if (!recentlyValid.has(credential)) await limits.checkAddress(request);
    const principal = await authenticate(credential);
    if (principal === null) {
      recentlyValid.delete(credential);
      await limits.countAddress(request);
      throw new Problem({ code: 'credential_invalid', headers: challenge });
    }
    if (recentlyValid.size >= maxRemembered) recentlyValid.clear();
    recentlyValid.add(credential);
    return principal;
  }

  return async (request: FastifyRequest, access: Exclude<Access, 'public'>): Promise<void> => {
    const principal = await identify(request);
    request.principal = principal;
    await limits.countCredential(request);
    const denial = denialFor(principal, access);
    if (denial !== null) throw denial;
  };
}

function denialFor(principal: Principal, access: Exclude<Access, 'public'>): Problem | null {
  if (access === 'operator')
    return principal.kind === 'operator' ? null : new Problem({ code: 'operator_key_required' });
  if (principal.kind === 'operator')
    return access === 'secret_or_operator' ? null : new Problem({ code: 'merchant_key_required' });
  return principal.keyKind === 'secret' ? null : new Problem({ code: 'secret_key_required' });
}
