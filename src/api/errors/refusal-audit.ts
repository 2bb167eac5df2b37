import type { FastifyRequest } from 'fastify';
import { isIP } from 'node:net';
import { actorOf } from '../../core/accounts';
import { asciiUpper, operatorTenant } from '../../core/kernel';
import type { AuditRefusal } from '../../core/ports';
import type { ErrorCode } from './catalogue';
import { statusOf } from './status-of';

/** What an id looks like. Anything else in a path is not written down: it could be what must not be stored. */
const idShape = /^[a-z]{2,8}_[0-9a-z]{26}$/;

/**
 * What the audit keeps of a request that was refused; null where there is nothing to keep: overload and defects say
 * nothing about the caller.
 */
export function refusalOf(request: FastifyRequest, code: ErrorCode, nowMs: number): AuditRefusal | null {
  const status = statusOf[code];
  const operation = request.routeOptions.schema?.operationId;
  if (status >= 500 || operation === undefined) return null;
  const { principal } = request;
  return {
    tenant: principal === null ? null : principal.kind === 'operator' ? operatorTenant : principal.tenant,
    actor: principal === null ? 'anonymous' : actorOf(principal),
    action: actionOf(operation),
    subject: subjectOf(request.params),
    outcome: status === 401 || status === 403 ? 'denied' : 'refused',
    code,
    requestId: request.id,
    clientAddress: addressOf(request.ip),
    occurredAt: nowMs,
  };
}

/** Behind a trusted proxy the address is text of a header, which anybody may have written. */
const addressOf = (ip: string): string => (isIP(ip) === 0 ? 'unreadable' : ip);

/** The audit's word for an operation: the command's name, which the operation shares. */
const actionOf = (operation: string): string => asciiUpper(operation.charAt(0)) + operation.slice(1);

function subjectOf(params: unknown): string | null {
  if (typeof params !== 'object' || params === null || !('id' in params)) return null;
  return typeof params.id === 'string' && idShape.test(params.id) ? params.id : null;
}
